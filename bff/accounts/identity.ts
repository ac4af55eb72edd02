/** A person as a provider knows them: which provider, and its id for them. */
export type Identity = { provider: string; subject: string };

/** One text for one identity: provider names hold no blank. */
export function identityKey({ provider, subject }: Identity): string {
  return `${provider} ${subject}`;
}
