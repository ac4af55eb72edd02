/** The tables as Kysely sees them. Times are milliseconds since 1970; hashes are SHA-256 in base64url. */

/** A login on its way: made by `/discord/login`, taken by `/discord/callback`, never updated. */
export type LoginRow = {
  browser_hash: string;
  state_hash: string;
  sealed: Uint8Array;
  created_at: number;
  expires_at: number;
};

/** A signed-in browser. `public_id` names the session to its owner and opens nothing. */
export type SessionRow = {
  id_hash: string;
  public_id: string;
  user_id: string;
  sealed: Uint8Array;
  created_at: number;
  last_seen_at: number;
};

/**
 * The tokens of a session, in a record of their own that goes with it. `version` grows with each refresh; the lease
 * says which process is refreshing, and until when the others wait.
 */
export type TokenRow = {
  session_id_hash: string;
  sealed: Uint8Array;
  expires_at: number | null;
  version: number;
  lease_owner: string | null;
  lease_until: number | null;
};

/** All tables by name. */
export type Tables = { logins: LoginRow; sessions: SessionRow; tokens: TokenRow };
