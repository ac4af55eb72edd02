/**
 * Logins on their way, in storage: what must be remembered between the click on Login and Discord's answer. A record
 * belongs to one browser (its cookie) and one state; it is taken once. A browser may have several, one for each tab.
 */
import { timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { hashId, type Seal } from '../sessions/seal.ts';
import { type Database, fromStorage } from '../storage/database.ts';

/** What a login remembers. `next` is a path on our own origin, already checked. */
export type LoginRecord = {
  provider: 'discord';
  purpose: 'login';
  codeVerifier: string;
  next: string;
};

export type LoginRecords = ReturnType<typeof createLoginRecords>;

const sealedLogin = z.object({
  provider: z.literal('discord'),
  purpose: z.literal('login'),
  codeVerifier: z.string(),
  next: z.string(),
});
const purpose = 'login';

/** More tabs than this in one browser, and the oldest login is forgotten. */
const maxLoginsPerBrowser = 8;

/** Makes the store of logins. `ttlMs` is how long a person may take at Discord. */
export function createLoginRecords(
  database: Database,
  seal: Seal,
  options: { loginTtlMs: number },
) {
  return {
    /** Tells whether a login of this browser is waiting. */
    async isWaiting(browserId: string): Promise<boolean> {
      const row = await fromStorage(() =>
        database
          .selectFrom('logins')
          .select('state_hash')
          .where('browser_hash', '=', hashId(browserId))
          .where('expires_at', '>', Date.now())
          .executeTakeFirst(),
      );
      return row !== undefined;
    },

    /** Remembers a login under its browser and state. */
    async insert(browserId: string, state: string, login: LoginRecord): Promise<void> {
      const browserHash = hashId(browserId);
      const stateHash = hashId(state);
      const now = Date.now();
      await fromStorage(async () => {
        await database
          .insertInto('logins')
          .values({
            browser_hash: browserHash,
            state_hash: stateHash,
            sealed: seal.seal(login, purpose, stateHash),
            created_at: now,
            expires_at: now + options.loginTtlMs,
          })
          .execute();
        await database
          .deleteFrom('logins')
          .where('browser_hash', '=', browserHash)
          .where('state_hash', 'not in', (eb) =>
            eb
              .selectFrom('logins')
              .select('state_hash')
              .where('browser_hash', '=', browserHash)
              .orderBy('created_at', 'desc')
              .limit(maxLoginsPerBrowser),
          )
          .execute();
      });
    },

    /**
     * Takes the login of this browser and state: of several callers only one gets it. Undefined when there is none,
     * when it is too old, or when it belongs to another browser; then nothing is consumed.
     */
    async take(browserId: string, state: string): Promise<LoginRecord | undefined> {
      const stateHash = hashId(state);
      const rows = await fromStorage(() =>
        database
          .selectFrom('logins')
          .selectAll()
          .where('browser_hash', '=', hashId(browserId))
          .where('expires_at', '>', Date.now())
          .execute(),
      );
      const wanted = Buffer.from(stateHash);
      const row = rows.find((each) => {
        const stored = Buffer.from(each.state_hash);
        // The comparison throws on unequal lengths, which a damaged row may have.
        return stored.length === wanted.length && timingSafeEqual(stored, wanted);
      });
      if (row === undefined) return undefined;
      const taken = await fromStorage(() =>
        database.deleteFrom('logins').where('state_hash', '=', row.state_hash).executeTakeFirst(),
      );
      if (taken.numDeletedRows === 0n) return undefined;
      return sealedLogin.safeParse(seal.open(row.sealed, purpose, stateHash)).data;
    },

    /** Removes what nobody came back for. */
    async removeExpired(): Promise<void> {
      await fromStorage(() =>
        database.deleteFrom('logins').where('expires_at', '<=', Date.now()).execute(),
      );
    },
  };
}
