/**
 * Sessions in storage: made at login, read at each request, ended for good. Nothing here updates a session's content,
 * so a request that comes late can't bring an ended one back.
 */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import { type SessionSummary, sessionUser, type SessionUser } from '../../shared/http.ts';
import { type Database, fromStorage } from '../storage/database.ts';
import type { SessionRow } from '../storage/tables.ts';
import { hashId, randomId, type Seal } from './seal.ts';
import { type TokenPair, tokenColumns } from './token-records.ts';

/** Whose session a request carries. `idHash` is its name in storage, `publicId` the one its owner may see. */
export type OpenSession = {
  idHash: string;
  publicId: string;
  /** Enough to follow a session through the log, of no use to anyone who reads it. */
  logName: string;
  user: SessionUser;
};

/** What a login leaves behind. `browser` is a short description for the account page, or null. */
export type NewSession = { user: SessionUser; tokens: TokenPair; browser: string | null };

export type SessionRecords = ReturnType<typeof createSessionRecords>;

const sealedSession = z.object({ user: sessionUser, browser: z.string().nullable() });
const purpose = 'session';

/** At most this often is a session's `last_seen_at` written; a tenth of the idle time when that is shorter. */
const touchIntervalMs = 60_000;

/** How many opened sessions are remembered. */
const maxOpened = 10_000;

/** Makes the store of sessions. `idleMs` and `maxMs` are enforced here, whatever the cookie says. */
export function createSessionRecords(
  database: Database,
  seal: Seal,
  limits: { sessionIdleMs: number; sessionMaxMs: number },
) {
  const touchMs = Math.min(touchIntervalMs, limits.sessionIdleMs / 10);

  // Asked at each request: written out once, and opened once as long as the sealed bytes are the same.
  const findById = database.selectFrom('sessions').selectAll().where('id_hash', '=', '').compile();
  const opened = new LRUCache<string, { sealed: Uint8Array; session: OpenSession }>({
    max: maxOpened,
  });

  async function find(idHash: string): Promise<SessionRow | undefined> {
    const { rows } = await database.executeQuery<SessionRow>({ ...findById, parameters: [idHash] });
    return rows[0];
  }

  function open(row: SessionRow): OpenSession | undefined {
    const known = opened.get(row.id_hash);
    if (known !== undefined && isSame(known.sealed, row.sealed)) return known.session;
    const content = sealedSession.safeParse(seal.open(row.sealed, purpose, row.id_hash)).data;
    if (content === undefined) return undefined;
    const session = {
      idHash: row.id_hash,
      publicId: row.public_id,
      logName: logName(row.id_hash),
      user: content.user,
    };
    opened.set(row.id_hash, { sealed: row.sealed, session });
    return session;
  }

  return {
    /** Inserts a session with its tokens, under the hash of `id`, in one transaction. */
    async create(id: string, session: NewSession): Promise<OpenSession> {
      const idHash = hashId(id);
      const publicId = randomId();
      const now = Date.now();
      await fromStorage(() =>
        database.transaction().execute(async (transaction) => {
          await transaction
            .insertInto('sessions')
            .values({
              id_hash: idHash,
              public_id: publicId,
              user_id: session.user.id,
              sealed: seal.seal({ user: session.user, browser: session.browser }, purpose, idHash),
              created_at: now,
              last_seen_at: now,
            })
            .execute();
          await transaction
            .insertInto('tokens')
            .values(tokenColumns(seal, idHash, session.tokens))
            .execute();
        }),
      );
      return { idHash, publicId, logName: logName(idHash), user: session.user };
    },

    /**
     * Finds the session of a cookie. Undefined when there is none or it has run out; what cannot be opened or has
     * run out is removed.
     */
    async read(id: string): Promise<OpenSession | undefined> {
      const idHash = hashId(id);
      const row = await fromStorage(() => find(idHash));
      if (row === undefined) return undefined;
      const now = Date.now();
      // Asked this way round, so that a time that is no number counts as run out.
      const isLive =
        now - row.last_seen_at <= limits.sessionIdleMs &&
        now - row.created_at <= limits.sessionMaxMs;
      const session = isLive ? open(row) : undefined;
      if (session === undefined) {
        await this.end(idHash);
        return undefined;
      }
      if (now - row.last_seen_at > touchMs)
        await fromStorage(() =>
          database
            .updateTable('sessions')
            .set({ last_seen_at: now })
            .where('id_hash', '=', idHash)
            .execute(),
        );
      return session;
    },

    /** Ends a session: its row and its tokens are gone when this resolves. Tells whether there was one. */
    async end(idHash: string): Promise<boolean> {
      const result = await fromStorage(() =>
        database.deleteFrom('sessions').where('id_hash', '=', idHash).executeTakeFirst(),
      );
      return result.numDeletedRows > 0n;
    },

    /** Ends every session of a person. */
    async endAllOf(userId: string): Promise<void> {
      await fromStorage(() =>
        database.deleteFrom('sessions').where('user_id', '=', userId).execute(),
      );
    },

    /** The name in storage of a person's own session, by its public id; undefined when it is not theirs. */
    async findOf(userId: string, publicId: string): Promise<string | undefined> {
      const row = await fromStorage(() =>
        database
          .selectFrom('sessions')
          .select('id_hash')
          .where('public_id', '=', publicId)
          .where('user_id', '=', userId)
          .executeTakeFirst(),
      );
      return row?.id_hash;
    },

    /** A person's live sessions, the most recently used first. */
    async listOf(userId: string, currentPublicId: string): Promise<SessionSummary[]> {
      const now = Date.now();
      const rows = await fromStorage(() =>
        database
          .selectFrom('sessions')
          .selectAll()
          .where('user_id', '=', userId)
          .where('last_seen_at', '>=', now - limits.sessionIdleMs)
          .where('created_at', '>=', now - limits.sessionMaxMs)
          .orderBy('last_seen_at', 'desc')
          .limit(100)
          .execute(),
      );
      return rows.map((row) => ({
        id: row.public_id,
        browser:
          sealedSession.safeParse(seal.open(row.sealed, purpose, row.id_hash)).data?.browser ??
          null,
        first_seen: new Date(row.created_at).toISOString(),
        last_seen: new Date(row.last_seen_at).toISOString(),
        current: row.public_id === currentPublicId,
      }));
    },

    /** How many live sessions a person has. */
    async countOf(userId: string): Promise<number> {
      const now = Date.now();
      const { count } = await fromStorage(() =>
        database
          .selectFrom('sessions')
          .select((eb) => eb.fn.countAll<number>().as('count'))
          .where('user_id', '=', userId)
          .where('last_seen_at', '>=', now - limits.sessionIdleMs)
          .where('created_at', '>=', now - limits.sessionMaxMs)
          .executeTakeFirstOrThrow(),
      );
      return count;
    },

    /** Removes what has run out. */
    async removeExpired(): Promise<void> {
      const now = Date.now();
      await fromStorage(() =>
        database
          .deleteFrom('sessions')
          .where((eb) =>
            eb.or([
              eb('last_seen_at', '<', now - limits.sessionIdleMs),
              eb('created_at', '<', now - limits.sessionMaxMs),
            ]),
          )
          .execute(),
      );
    },
  };
}

/** A session's name in the log. */
export function logName(idHash: string): string {
  return createHash('sha256').update(idHash).digest('base64url').slice(0, 12);
}

/** Compares sealed bytes; what a damaged row holds instead is the same as nothing. */
function isSame(known: Uint8Array, stored: unknown): boolean {
  return stored instanceof Uint8Array && Buffer.compare(known, stored) === 0;
}
