/**
 * The tokens of a session in storage, and the lease that lets one process at a time refresh them. The tokens are
 * sealed; when they run out and who is refreshing them is not secret.
 */
import * as z from 'zod';
import { type Database, fromStorage } from '../storage/database.ts';
import type { TokenRow } from '../storage/tables.ts';
import type { Seal } from './seal.ts';

/** Tokens as Discord issued them. `expiresAt` (ms since 1970) is null when Discord did not say. */
export type TokenPair = {
  accessToken: string;
  refreshToken: string | null;
  expiresAt: number | null;
};

/** Tokens with the number of refreshes before them. */
export type StoredTokens = TokenPair & { version: number };

export type TokenRecords = ReturnType<typeof createTokenRecords>;

const sealedTokens = z.object({ access_token: z.string(), refresh_token: z.string().nullable() });
const purpose = 'tokens';

/** The row that a new session's tokens make. */
export function tokenColumns(seal: Seal, sessionIdHash: string, tokens: TokenPair): TokenRow {
  return {
    session_id_hash: sessionIdHash,
    sealed: sealTokens(seal, sessionIdHash, tokens),
    expires_at: tokens.expiresAt,
    version: 0,
    lease_owner: null,
    lease_until: null,
  };
}

function sealTokens(seal: Seal, sessionIdHash: string, tokens: TokenPair): Uint8Array {
  return seal.seal(
    { access_token: tokens.accessToken, refresh_token: tokens.refreshToken },
    purpose,
    sessionIdHash,
  );
}

/** Makes the store of tokens. */
export function createTokenRecords(database: Database, seal: Seal) {
  return {
    /** The tokens of a session; undefined when the session has ended or its tokens can't be opened. */
    async read(sessionIdHash: string): Promise<StoredTokens | undefined> {
      const row = await fromStorage(() =>
        database
          .selectFrom('tokens')
          .selectAll()
          .where('session_id_hash', '=', sessionIdHash)
          .executeTakeFirst(),
      );
      if (row === undefined) return undefined;
      const opened = sealedTokens.safeParse(seal.open(row.sealed, purpose, sessionIdHash)).data;
      return (
        opened && {
          accessToken: opened.access_token,
          refreshToken: opened.refresh_token,
          expiresAt: row.expires_at,
          version: row.version,
        }
      );
    },

    /**
     * Takes the lease on refreshing the given version, for `leaseMs`. False when another holds it, when the tokens
     * have been refreshed since, or when the session has ended.
     */
    async lease(
      sessionIdHash: string,
      version: number,
      owner: string,
      leaseMs: number,
    ): Promise<boolean> {
      const now = Date.now();
      const result = await fromStorage(() =>
        database
          .updateTable('tokens')
          .set({ lease_owner: owner, lease_until: now + leaseMs })
          .where('session_id_hash', '=', sessionIdHash)
          .where('version', '=', version)
          .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<', now)]))
          .executeTakeFirst(),
      );
      return result.numUpdatedRows > 0n;
    },

    /** Gives the lease back without new tokens. */
    async release(sessionIdHash: string, owner: string): Promise<void> {
      await fromStorage(() =>
        database
          .updateTable('tokens')
          .set({ lease_owner: null, lease_until: null })
          .where('session_id_hash', '=', sessionIdHash)
          .where('lease_owner', '=', owner)
          .execute(),
      );
    },

    /** Stores refreshed tokens and gives the lease back. False when the session has ended meanwhile. */
    async replace(sessionIdHash: string, version: number, tokens: TokenPair): Promise<boolean> {
      const result = await fromStorage(() =>
        database
          .updateTable('tokens')
          .set({
            sealed: sealTokens(seal, sessionIdHash, tokens),
            expires_at: tokens.expiresAt,
            version: version + 1,
            lease_owner: null,
            lease_until: null,
          })
          .where('session_id_hash', '=', sessionIdHash)
          .where('version', '=', version)
          .executeTakeFirst(),
      );
      return result.numUpdatedRows > 0n;
    },
  };
}
