/**
 * Ends grants at the provider, and remembers what is on its way there. At Discord, revoking one token takes all of that
 * person's tokens for the application with it, those of a login that came later too: so a grant ends only when nobody
 * uses it any more, and a login looks here for a revocation that may have reached its own tokens.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Identity } from '../accounts/identity.ts';
import type { Sessions } from '../accounts/sessions.ts';
import type { Log } from '../log.ts';
import { type Database, fromStorage, inTransaction } from '../storage/database.ts';
import { type Discord, mayHaveArrived } from './discord.ts';
import type { Grants, TokenPair } from './grants.ts';

/** How long a sign-out waits for the provider to confirm; the session here has ended by then. */
const patienceMs = 2_000;
/** How often a login looks whether a revocation, maybe another process's, has been answered. */
const pollMs = 50;
/** A revocation without an answer may still reach the provider, held up on the way, for this long. */
const doubtMs = 3_600_000; // 1 hour

/** Whose a revocation is when nobody knows: any person's tokens may go with it. No provider has such an id. */
const anybody = '';

/** Tokens to revoke, and the note of it in storage. */
type Revocation = { tokens: TokenPair; noted: string };

export type Revocations = ReturnType<typeof createRevocations>;

/** Makes the ender of grants. `outboundTimeoutMs` bounds how long a revocation can be on its way from here. */
export function createRevocations(
  database: Database,
  grants: Grants,
  sessions: Sessions,
  discord: Discord,
  log: Log,
  options: { outboundTimeoutMs: number },
) {
  const running = new Set<Promise<void>>();
  const inFlightMs = options.outboundTimeoutMs + 1_000;

  async function send(tokens: TokenPair, noted: string | undefined): Promise<void> {
    try {
      await discord.revoke(tokens);
    } catch (error) {
      const { name, code, status } = error as { name?: string; code?: unknown; status?: unknown };
      log.warn(
        { event: 'revocation_failed', reason: name, code, status },
        'Discord did not confirm a revocation',
      );
      // Without an answer it may still arrive; with a refusal, or never sent, nothing more will come of it.
      if (mayHaveArrived(error)) return;
    }
    if (noted !== undefined) await settle(noted);
  }

  async function settle(id: string): Promise<void> {
    await database
      .updateTable('revocations')
      .set({ settled_at: Date.now() })
      .where('id', '=', id)
      .execute()
      // Without the note of its end a revocation counts as on its way, which only makes a login careful.
      .catch((err: unknown) =>
        log.warn({ event: 'revocation_not_noted', err }, 'the end of a revocation is not kept'),
      );
  }

  /** Follows work in the background to its end. Never rejects. */
  function follow(work: Promise<void>): Promise<void> {
    const settled = work.catch((err: unknown) =>
      log.error({ event: 'revocation_failed', err }, 'a grant could not be ended'),
    );
    running.add(settled);
    void settled.finally(() => running.delete(settled));
    return settled;
  }

  /**
   * Takes a person's grant out of storage, within `transaction`, and notes its revocation, unless a session still uses it.
   * Gives the revocation to send once the transaction is committed.
   */
  async function takeUnused(
    transaction: Database,
    owner: Identity,
  ): Promise<Revocation | undefined> {
    if (await sessions.hasLive(owner, transaction)) return undefined;
    const tokens = await grants.read(owner, transaction);
    await grants.remove(transaction, owner);
    return tokens && { tokens, noted: await note(transaction, owner) };
  }

  /** Commits what `change` does and takes the grant if it is unused then. Gives the revocation to send. */
  async function commit(
    owner: Identity,
    change: (transaction: Database) => Promise<void>,
  ): Promise<Revocation | undefined> {
    return await inTransaction(database, async (transaction) => {
      await change(transaction);
      return await takeUnused(transaction, owner);
    });
  }

  /** Sends a revocation and waits a moment for its answer; it goes on without us. */
  async function sendPatiently(revocation: Revocation | undefined): Promise<void> {
    if (revocation === undefined) return;
    await Promise.race([
      follow(send(revocation.tokens, revocation.noted)),
      sleep(patienceMs, undefined, { ref: false }),
    ]);
  }

  /** Revokes tokens that stand in no grant, unless that would end a session of the person. */
  async function revokeUnlessUsed(owner: Identity, tokens: TokenPair): Promise<void> {
    let noted: string | undefined;
    try {
      const decided = await inTransaction(database, async (transaction) =>
        (await sessions.hasLive(owner, transaction))
          ? undefined
          : { noted: await note(transaction, owner) },
      );
      if (decided === undefined) return;
      ({ noted } = decided);
    } catch (err) {
      // Tokens that nobody will use must not live on; whether anybody else's would go with them is not to be known.
      log.warn({ event: 'revocation_not_noted', err }, 'a revocation is sent without a note');
    }
    await send(tokens, noted);
  }

  /**
   * Revokes tokens of nobody knows whom. Where they had sessions, these stay: every grant is in doubt from now on, until
   * it is next refreshed.
   */
  async function revokeBlindly(tokens: TokenPair): Promise<void> {
    let noted: string | undefined;
    try {
      noted = await inTransaction(database, async (transaction) => {
        await grants.markAllDoubtful(transaction);
        return await note(transaction, { provider: 'discord', subject: anybody });
      });
    } catch (err) {
      log.warn({ event: 'revocation_not_noted', err }, 'a revocation is sent without a note');
    }
    await send(tokens, noted);
  }

  /**
   * What revocations could have reached tokens of this person that were issued at `issuedAt` or later: `in_flight`
   * ones may be answered any moment, `possible` ones were answered since, or never will be.
   * @param owner whose, or undefined for anybody's
   */
  async function since(
    issuedAt: number,
    owner: Identity | undefined,
    from: Database = database,
  ): Promise<'none' | 'possible' | 'in_flight'> {
    const now = Date.now();
    let query = from
      .selectFrom('revocations')
      .select(['subject', 'sent_at', 'settled_at'])
      .where('sent_at', '>', now - doubtMs)
      .where((eb) => eb.or([eb('settled_at', 'is', null), eb('settled_at', '>=', issuedAt)]));
    if (owner !== undefined)
      query = query
        .where('provider', '=', owner.provider)
        .where('subject', 'in', [owner.subject, anybody]);
    const rows = await fromStorage(() => query.execute());
    // One that lies ahead was noted by a clock that has been set back since. Nobody waits for what may be anybody's.
    const isInFlight = (row: (typeof rows)[number]) =>
      row.settled_at === null &&
      Math.abs(now - row.sent_at) < inFlightMs &&
      (owner === undefined || row.subject === owner.subject);
    if (rows.some(isInFlight)) return 'in_flight';
    return rows.length > 0 ? 'possible' : 'none';
  }

  return {
    /** Ends one session of a person, at once here; and their grant, within a moment, when it was the last. */
    async endSession(owner: Identity, idHash: string): Promise<void> {
      const revocation = await commit(owner, async (transaction) => {
        await sessions.remove(transaction, idHash);
      });
      sessions.announceEnds([idHash]);
      await sendPatiently(revocation);
    },

    /** Ends every session of the person, and their grant. */
    async endAllSessions(owner: Identity): Promise<void> {
      let ended: string[] = [];
      const revocation = await commit(owner, async (transaction) => {
        ended = await sessions.removeAllOf(transaction, owner);
      });
      sessions.announceEnds(ended);
      await sendPatiently(revocation);
    },

    /** Ends the grant of a person in the background, when no session uses it any more. */
    endIfUnused(owner: Identity): void {
      void follow(commit(owner, async () => {}).then(sendPatiently));
    },

    /** Gives back, in the background, tokens that will not be kept, where that ends no session of their owner's. */
    discard(tokens: TokenPair, owner: Identity): void {
      void follow(revokeUnlessUsed(owner, tokens));
    },

    /**
     * Gives back, in the background, tokens of nobody knows whom: nobody may hold them. With `sparesSessions` the person
     * stays signed in elsewhere, at the price of doubt about everybody's grant. Who has changed what we asked Discord for
     * shall not have everybody pay for it.
     */
    discardUnknown(tokens: TokenPair, { sparesSessions }: { sparesSessions: boolean }): void {
      void follow(sparesSessions ? revokeBlindly(tokens) : send(tokens, undefined));
    },

    since,

    /** Waits until none is in flight for this person, for as long as one can be. */
    async settledSince(issuedAt: number, owner: Identity): Promise<void> {
      const deadline = performance.now() + inFlightMs;
      while ((await since(issuedAt, owner)) === 'in_flight' && performance.now() < deadline)
        await sleep(pollMs);
    },

    /** Removes what can't reach anybody's tokens any more. */
    async removeOld(): Promise<void> {
      await fromStorage(() =>
        database
          .deleteFrom('revocations')
          .where((eb) =>
            eb.or([
              eb('sent_at', '<=', Date.now() - doubtMs),
              eb('sent_at', '>', Date.now() + doubtMs),
            ]),
          )
          .execute(),
      );
    },

    /** Resolves when nothing is on its way from here. */
    async settled(): Promise<void> {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

/** Notes a revocation before it is sent, so that whoever signs in from now on can know of it. */
async function note(transaction: Database, { provider, subject }: Identity): Promise<string> {
  const id = randomUUID();
  await transaction
    .insertInto('revocations')
    .values({ id, provider, subject, sent_at: Date.now(), settled_at: null })
    .execute();
  return id;
}
