/** The tables as Kysely sees them. Times are milliseconds since 1970; hashes are SHA-256 in base64url. */

/** A login on its way: made by `/discord/login`, taken by `/discord/callback`, never updated. */
export type LoginRow = {
  browser_hash: string;
  state_hash: string;
  sealed: Uint8Array;
  created_at: number;
  expires_at: number;
};

/**
 * A signed-in browser. `provider` and `subject` say through which login it was opened; `public_id` names the session to
 * its owner and opens nothing.
 */
export type SessionRow = {
  id_hash: string;
  public_id: string;
  provider: string;
  subject: string;
  sealed: Uint8Array;
  created_at: number;
  last_seen_at: number;
};

/**
 * The tokens a provider gave for one person, whatever the number of their sessions. `version` grows with each change; the
 * lease says which process is refreshing, and until when the others wait. `doubtful` (1 or 0): a refusal of these tokens
 * says nothing about the person's will, for an answer with newer ones may have been lost, or an older revocation may have
 * reached them. `lost` (1 or 0): there is no refresh token any more that the provider would take.
 */
export type GrantRow = {
  provider: string;
  subject: string;
  sealed: Uint8Array;
  expires_at: number | null;
  version: number;
  doubtful: number;
  lost: number;
  lease_owner: string | null;
  lease_until: number | null;
};

/** A revocation sent to a provider. `settled_at` is null until the provider has answered, and for ever when it did not. */
export type RevocationRow = {
  id: string;
  provider: string;
  subject: string;
  sent_at: number;
  settled_at: number | null;
};

/** All tables by name. */
export type Tables = {
  logins: LoginRow;
  sessions: SessionRow;
  grants: GrantRow;
  revocations: RevocationRow;
};
