/** The OAuth2 scopes the sandbox knows. https://docs.discord.com/developers/topics/oauth2#shared-resources-oauth2-scopes */

/** Each scope in the words of the consent page. */
const scopeWords = {
  identify: 'Know your username, display name and picture',
  email: 'Know your e-mail address',
  guilds: 'Know which servers you are in',
  'guilds.members.read': 'Read your nickname and roles in a server',
  bot: 'Add its bot to a server you manage',
  'applications.commands': 'Add its commands to a server',
  'applications.commands.update': 'Change its own commands',
} as const;

export type Scope = keyof typeof scopeWords;

export const scopeNames = Object.keys(scopeWords) as Scope[];

/** Scopes that concern a server and not a person: with nothing else asked, no code is given out. */
const installScopes = new Set<Scope>(['bot', 'applications.commands']);

function isScope(text: string): text is Scope {
  return Object.hasOwn(scopeWords, text);
}

/** What a scope allows, in plain words. */
export function scopeInWords(scope: Scope): string {
  return scopeWords[scope];
}

/** Whether only an installation is asked for. */
export function isInstallOnly(scopes: readonly Scope[]): boolean {
  return scopes.every((scope) => installScopes.has(scope));
}

/** The scopes of a space-separated list, each once, or the first word that is none. */
export function parseScopes(text: string): { scopes: Scope[] } | { unknown: string } {
  const words = text.split(' ').filter(Boolean);
  const unknown = words.find((word) => !isScope(word));
  if (unknown !== undefined) return { unknown };
  return { scopes: [...new Set(words.filter(isScope))] };
}
