/**
 * Sessions in storage: made at login, read at each request, ended for good. Nothing here updates a session's content,
 * so a request that comes late can't bring an ended one back.
 */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import { type SessionSummary, sessionUser, type SessionUser } from '../../shared/http.ts';
import type { Log } from '../log.ts';
import { type Database, fromStorage } from '../storage/database.ts';
import { hashId, randomId } from '../opaque-id.ts';
import type { Seal } from '../storage/seal.ts';
import type { SessionRow } from '../storage/tables.ts';
import { type Identity, identityKey } from './identity.ts';

/** Whose session a request carries. `idHash` is its name in storage, `publicId` the one its owner may see. */
export type Session = Identity & {
  idHash: string;
  publicId: string;
  /** Enough to follow a session through the log, of no use to anyone who reads it. */
  logName: string;
  /** Milliseconds since 1970. */
  createdAt: number;
  user: SessionUser;
};

/** What a session is made of. `browser` is a short description for the account page, or null. */
export type NewSession = Identity & { user: SessionUser; browser: string | null };

export type Sessions = ReturnType<typeof createSessions>;

const sealedSession = z.object({ user: sessionUser, browser: z.string().nullable() });
const purpose = 'session';

/** At most this often is a session's `last_seen_at` written; a tenth of the idle time when that is shorter. */
const touchIntervalMs = 60_000;

/** How far a clock may have been set back, or differ between machines, before what it wrote counts as run out. */
const clockToleranceMs = 60_000;

/** How many sessions are looked up at once. */
const lookupSize = 100;

/** How many opened sessions are remembered. */
const maxOpened = 10_000;

/** Makes the store of sessions. `sessionIdleMs` and `sessionMaxMs` are enforced here, whatever the cookie says. */
export function createSessions(
  database: Database,
  seal: Seal,
  log: Log,
  limits: { sessionIdleMs: number; sessionMaxMs: number },
) {
  const touchMs = Math.min(touchIntervalMs, limits.sessionIdleMs / 10);
  const touching = new Set<string>();
  const endListeners = new Set<(idHash: string) => void>();

  // Read at each request: compiled once, and opened once as long as the sealed bytes are the same.
  const findById = database.selectFrom('sessions').selectAll().where('id_hash', '=', '').compile();
  const opened = new LRUCache<string, { sealed: Uint8Array; session: Session }>({ max: maxOpened });

  async function find(idHash: string): Promise<SessionRow | undefined> {
    const { rows } = await database.executeQuery<SessionRow>({ ...findById, parameters: [idHash] });
    return rows[0];
  }

  function contentOf(row: SessionRow) {
    return sealedSession.safeParse(seal.open(row.sealed, purpose, sealedFor(row.id_hash, row)))
      .data;
  }

  function open(row: SessionRow): Session | undefined {
    const known = opened.get(row.id_hash);
    if (known !== undefined && isSame(known, row)) return known.session;
    const content = contentOf(row);
    if (content === undefined) return undefined;
    const session = {
      idHash: row.id_hash,
      publicId: row.public_id,
      provider: row.provider,
      subject: row.subject,
      logName: logName(row.id_hash),
      createdAt: row.created_at,
      user: content.user,
    };
    opened.set(row.id_hash, { sealed: row.sealed, session });
    return session;
  }

  /** When a session must have been made and last seen to be live now. A time that lies ahead counts as run out. */
  function liveBounds() {
    const now = Date.now();
    return {
      newest: now + clockToleranceMs,
      oldestSeen: now - limits.sessionIdleMs,
      oldestMade: now - limits.sessionMaxMs,
    };
  }

  /** Asked this way round, so that a time that is no number counts as run out. */
  function isLive(row: Pick<SessionRow, 'created_at' | 'last_seen_at'>): boolean {
    const { newest, oldestSeen, oldestMade } = liveBounds();
    return (
      row.last_seen_at >= oldestSeen &&
      row.last_seen_at <= newest &&
      row.created_at >= oldestMade &&
      row.created_at <= newest
    );
  }

  function liveSessionsOf({ provider, subject }: Identity, from: Database = database) {
    const { newest, oldestSeen, oldestMade } = liveBounds();
    return from
      .selectFrom('sessions')
      .where('provider', '=', provider)
      .where('subject', '=', subject)
      .where('last_seen_at', '>=', oldestSeen)
      .where('last_seen_at', '<=', newest)
      .where('created_at', '>=', oldestMade)
      .where('created_at', '<=', newest);
  }

  /**
   * Notes in the background that a session was used. Reading goes on where writing can't: a full disk or a lock is no
   * reason to turn people away, nor to keep them waiting.
   */
  function touch(idHash: string): void {
    if (touching.has(idHash)) return;
    touching.add(idHash);
    void database
      .updateTable('sessions')
      .set({ last_seen_at: Date.now() })
      .where('id_hash', '=', idHash)
      .execute()
      .catch((err: unknown) =>
        log.warn({ event: 'session_not_touched', err }, 'when a session was seen is not kept'),
      )
      .finally(() => touching.delete(idHash));
  }

  /** Removes a session that is worth nothing any more. Nobody waits for it; what can't be removed now the sweep takes. */
  async function removeQuietly(idHash: string): Promise<void> {
    try {
      await remove(database, idHash);
    } catch (err) {
      log.warn({ event: 'session_not_removed', err }, 'a session that has run out is still stored');
    }
    announceEnds([idHash]);
  }

  function announceEnds(idHashes: Iterable<string>): void {
    for (const idHash of idHashes) {
      opened.delete(idHash);
      for (const listener of endListeners) listener(idHash);
    }
  }

  return {
    /** Inserts a session under the hash of `id`, within `transaction`. */
    async insert(transaction: Database, id: string, session: NewSession): Promise<Session> {
      const idHash = hashId(id);
      const publicId = randomId();
      const now = Date.now();
      const { provider, subject, user, browser } = session;
      await transaction
        .insertInto('sessions')
        .values({
          id_hash: idHash,
          public_id: publicId,
          provider,
          subject,
          sealed: seal.seal({ user, browser }, purpose, sealedFor(idHash, session)),
          created_at: now,
          last_seen_at: now,
        })
        .execute();
      return {
        idHash,
        publicId,
        provider,
        subject,
        logName: logName(idHash),
        createdAt: now,
        user,
      };
    },

    /**
     * Finds the session of a cookie. Undefined when there is none or it has run out; what cannot be opened or has
     * run out is removed.
     */
    async read(id: string): Promise<Session | undefined> {
      const idHash = hashId(id);
      const row = await fromStorage(() => find(idHash));
      if (row === undefined) return undefined;
      const session = isLive(row) ? open(row) : undefined;
      if (session === undefined) {
        void removeQuietly(idHash);
        return undefined;
      }
      if (Date.now() - row.last_seen_at > touchMs) touch(idHash);
      return session;
    },

    /** Which of these sessions are still live. */
    async liveAmong(idHashes: string[]): Promise<Set<string>> {
      const live = new Set<string>();
      for (let start = 0; start < idHashes.length; start += lookupSize) {
        const some = idHashes.slice(start, start + lookupSize);
        // Filled up, so that it is the same query whatever their number.
        const wanted = [...some, ...Array<string>(lookupSize - some.length).fill('')];
        const rows = await fromStorage(() =>
          database
            .selectFrom('sessions')
            .select(['id_hash', 'created_at', 'last_seen_at'])
            .where('id_hash', 'in', wanted)
            .execute(),
        );
        for (const row of rows) if (isLive(row)) live.add(row.id_hash);
      }
      return live;
    },

    /** Removes a session within `transaction`; who commits it calls `announceEnds`. */
    remove,

    /** Removes every session that was opened through this login, within `transaction`. Gives which they were. */
    async removeAllOf(transaction: Database, { provider, subject }: Identity): Promise<string[]> {
      const rows = await transaction
        .deleteFrom('sessions')
        .where('provider', '=', provider)
        .where('subject', '=', subject)
        .returning('id_hash')
        .execute();
      return rows.map((row) => row.id_hash);
    },

    /** Tells whoever follows them that these sessions have ended. */
    announceEnds,

    /** Calls `listener` with each session that ends in this process; gives a function that stops it. */
    onEnded(listener: (idHash: string) => void): () => void {
      endListeners.add(listener);
      return () => void endListeners.delete(listener);
    },

    /** The name in storage of a person's own session, by its public id; undefined when it is not theirs. */
    async findOf({ provider, subject }: Identity, publicId: string): Promise<string | undefined> {
      const row = await fromStorage(() =>
        database
          .selectFrom('sessions')
          .select('id_hash')
          .where('public_id', '=', publicId)
          .where('provider', '=', provider)
          .where('subject', '=', subject)
          .executeTakeFirst(),
      );
      return row?.id_hash;
    },

    /** A person's live sessions, the most recently used first. */
    async listOf(owner: Identity, currentPublicId: string): Promise<SessionSummary[]> {
      const rows = await fromStorage(() =>
        liveSessionsOf(owner).selectAll().orderBy('last_seen_at', 'desc').limit(100).execute(),
      );
      return rows.map((row) => ({
        id: row.public_id,
        browser: contentOf(row)?.browser ?? null,
        first_seen: new Date(row.created_at).toISOString(),
        last_seen: new Date(row.last_seen_at).toISOString(),
        current: row.public_id === currentPublicId,
      }));
    },

    /** Tells whether the person has a live session, as `transaction` sees it. */
    async hasLive(owner: Identity, transaction: Database): Promise<boolean> {
      const row = await fromStorage(() =>
        liveSessionsOf(owner, transaction).select('id_hash').limit(1).executeTakeFirst(),
      );
      return row !== undefined;
    },

    /** Removes what has run out. */
    async removeExpired(): Promise<void> {
      const { newest, oldestSeen, oldestMade } = liveBounds();
      const rows = await fromStorage(() =>
        database
          .deleteFrom('sessions')
          .where((eb) =>
            eb.or([
              eb('last_seen_at', '<', oldestSeen),
              eb('last_seen_at', '>', newest),
              eb('created_at', '<', oldestMade),
              eb('created_at', '>', newest),
            ]),
          )
          .returning('id_hash')
          .execute(),
      );
      announceEnds(rows.map((row) => row.id_hash));
    },
  };
}

async function remove(transaction: Database, idHash: string): Promise<boolean> {
  const result = await transaction
    .deleteFrom('sessions')
    .where('id_hash', '=', idHash)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** What a session's content is sealed for: its row, and whose it is. */
function sealedFor(idHash: string, owner: Identity): string {
  return `${idHash} ${identityKey(owner)}`;
}

/** A session's name in the log. */
export function logName(idHash: string): string {
  return createHash('sha256').update(idHash).digest('base64url').slice(0, 12);
}

/** Tells whether a row is what was opened before; what a damaged row holds instead is the same as nothing. */
function isSame({ sealed, session }: { sealed: Uint8Array; session: Session }, row: SessionRow) {
  return (
    session.provider === row.provider &&
    session.subject === row.subject &&
    (row.sealed as unknown) instanceof Uint8Array &&
    Buffer.compare(sealed, row.sealed) === 0
  );
}
