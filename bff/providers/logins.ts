/**
 * Logins on their way, in storage: what must be remembered between the click on Login and Discord's answer. A record
 * belongs to one browser (its cookie) and one state; it is taken once. A browser may have several, one for each tab.
 */
import { timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { type Database, fromStorage } from '../storage/database.ts';
import { hashId } from '../opaque-id.ts';
import type { Seal } from '../storage/seal.ts';

/** What a login remembers. `next` is a path on our own origin, already checked. */
export type LoginRecord = {
  provider: 'discord';
  purpose: 'login';
  codeVerifier: string;
  next: string;
  /** Begun by us, not by the person, because a revocation had reached the tokens of the one before. */
  isRepeat: boolean;
};

/** A login taken out of storage. `createdAt`: when it began, in milliseconds since 1970. */
export type TakenLogin = LoginRecord & { createdAt: number };

export type Logins = ReturnType<typeof createLogins>;

const sealedLogin = z.object({
  provider: z.literal('discord'),
  purpose: z.literal('login'),
  codeVerifier: z.string(),
  next: z.string(),
  isRepeat: z.boolean(),
});
const purpose = 'login';

/** More tabs than this in one browser, and the oldest login is forgotten. */
const maxLoginsPerBrowser = 8;

/**
 * More logins than this under way, over all browsers, and the oldest are forgotten: some 20 MB, which a flood of
 * addresses could otherwise make any number.
 */
const maxLogins = 50_000;
/** How many inserts go by before the rows are counted. */
const insertsPerCount = 500;

/** Makes the store of logins. `ttlMs` is how long a person may take at Discord. */
export function createLogins(database: Database, seal: Seal, options: { loginTtlMs: number }) {
  let inserts = 0;

  async function removeBeyondLimit(): Promise<void> {
    const oldestKept = await database
      .selectFrom('logins')
      .select('created_at')
      .orderBy('created_at', 'desc')
      .offset(maxLogins)
      .limit(1)
      .executeTakeFirst();
    if (oldestKept !== undefined)
      await database
        .deleteFrom('logins')
        .where('created_at', '<=', oldestKept.created_at)
        .execute();
  }

  /** A login that was begun by a clock that has been set back since counts as run out. */
  function waiting(browserHash: string) {
    const now = Date.now();
    return database
      .selectFrom('logins')
      .where('browser_hash', '=', browserHash)
      .where('expires_at', '>', now)
      .where('expires_at', '<=', now + options.loginTtlMs);
  }

  return {
    /** Tells whether a login of this browser is waiting. */
    async isWaiting(browserId: string): Promise<boolean> {
      const row = await fromStorage(() =>
        waiting(hashId(browserId)).select('state_hash').limit(1).executeTakeFirst(),
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
        inserts += 1;
        if (inserts % insertsPerCount === 0) await removeBeyondLimit();
      });
    },

    /**
     * Takes the login of this browser and state: of several callers only one gets it. Undefined when there is none,
     * when it is too old, or when it belongs to another browser; then nothing is consumed.
     */
    async take(browserId: string, state: string): Promise<TakenLogin | undefined> {
      const stateHash = hashId(state);
      const rows = await fromStorage(() => waiting(hashId(browserId)).selectAll().execute());
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
      const login = sealedLogin.safeParse(seal.open(row.sealed, purpose, stateHash)).data;
      return login && { ...login, createdAt: row.created_at };
    },

    /** Removes what nobody came back for. */
    async removeExpired(): Promise<void> {
      await fromStorage(() =>
        database
          .deleteFrom('logins')
          .where((eb) =>
            eb.or([
              eb('expires_at', '<=', Date.now()),
              eb('expires_at', '>', Date.now() + options.loginTtlMs),
            ]),
          )
          .execute(),
      );
    },
  };
}
