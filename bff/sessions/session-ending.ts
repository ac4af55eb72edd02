/**
 * Ends sessions, and says so to Discord where that is right. At Discord, revoking one token takes all of a person's
 * tokens for the application with it, so it is done only with the person's last session, or when they end all.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Discord } from '../oauth/discord.ts';
import type { Log } from '../log.ts';
import type { OpenSession, SessionRecords } from './session-records.ts';
import type { TokenPair, TokenRecords } from './token-records.ts';

/** How long a sign-out waits for Discord to confirm; the session here has ended by then. */
const patienceMs = 2_000;

export type SessionEnding = ReturnType<typeof createSessionEnding>;

/** Makes the ender of sessions. */
export function createSessionEnding(
  sessions: SessionRecords,
  tokens: TokenRecords,
  discord: Discord,
  log: Log,
) {
  const revoking = new Set<Promise<void>>();

  /** Revokes in the background; failures are logged, for the session here has ended anyway. Never rejects. */
  function revoke(pair: TokenPair): Promise<void> {
    return inBackground(discord.revoke(pair));
  }

  /** Revokes when the person has no other session. Never rejects. */
  function revokeIfLast(userId: string, pair: TokenPair | undefined): Promise<void> {
    async function revokeUnlessOthers(): Promise<void> {
      if (pair !== undefined && (await sessions.countOf(userId)) === 0) await discord.revoke(pair);
    }
    return inBackground(revokeUnlessOthers());
  }

  function inBackground(revocation: Promise<void>): Promise<void> {
    const settled = revocation.catch((error: unknown) => {
      const { name, code, status } = error as { name?: string; code?: unknown; status?: unknown };
      log.warn(
        { event: 'revocation_failed', reason: name, code, status },
        'Discord did not confirm a revocation',
      );
    });
    revoking.add(settled);
    void settled.finally(() => revoking.delete(settled));
    return settled;
  }

  return {
    revoke,
    revokeIfLast,

    /** Ends one session of a person, at once here and within a moment at Discord. */
    async end(userId: string, idHash: string): Promise<void> {
      const pair = await tokens.read(idHash);
      if (!(await sessions.end(idHash))) return;
      await Promise.race([
        revokeIfLast(userId, pair),
        sleep(patienceMs, undefined, { ref: false }),
      ]);
    },

    /** Ends every session of the person. */
    async endAll(session: OpenSession): Promise<void> {
      const pair = await tokens.read(session.idHash);
      await sessions.endAllOf(session.user.id);
      if (pair !== undefined)
        await Promise.race([revoke(pair), sleep(patienceMs, undefined, { ref: false })]);
    },

    /** Ends a session whose tokens Discord no longer takes; there is nothing left to revoke. */
    async endRefused(session: OpenSession, reason: string): Promise<void> {
      // It may have been signed out of meanwhile, which is another story.
      if (!(await sessions.end(session.idHash))) return;
      log.info(
        {
          event: 'session_ended',
          reason,
          user_id: session.user.id,
          session: session.logName,
        },
        'session ended',
      );
    },

    /** Resolves when no revocation is on its way. */
    async settled(): Promise<void> {
      await Promise.allSettled(revoking);
    },
  };
}
