/**
 * Gives an access token that is good now, refreshing it when it is due. One refresh at a time for a session, in this
 * process and in every other on the same database; never tied to the request that asked for it; the new pair is stored
 * before anyone uses it. `invalid_grant` ends the session, everything else keeps it.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, discordUnavailable, notSignedIn } from '../errors.ts';
import type { Log } from '../log.ts';
import type { SessionEnding } from '../sessions/session-ending.ts';
import type { OpenSession } from '../sessions/session-records.ts';
import type { StoredTokens, TokenPair, TokenRecords } from '../sessions/token-records.ts';
import { type Discord, DiscordAnswerError, isInvalidGrant, isMisconfigured } from './discord.ts';
import { OutboundError } from '../outbound.ts';

/** Refreshed this long before it runs out, so that it does not run out on the way. */
const refreshAheadMs = 60_000;

/** How often a process looks whether another's refresh is done. */
const leasePollMs = 50;

export type AccessTokens = ReturnType<typeof createAccessTokens>;

/** Makes the source of access tokens. `outboundTimeoutMs` bounds one refresh, and so how long others wait for it. */
export function createAccessTokens(
  discord: Discord,
  records: TokenRecords,
  ending: SessionEnding,
  log: Log,
  options: { outboundTimeoutMs: number },
) {
  const refreshing = new Map<string, Promise<StoredTokens>>();
  /** Refreshed tokens that storage would not take, with the version they replace. The old ones are spent. */
  const unsaved = new Map<string, StoredTokens>();
  const leaseMs = options.outboundTimeoutMs + 2_000;

  function refresh(session: OpenSession, stale: StoredTokens): Promise<StoredTokens> {
    const running = refreshing.get(session.idHash);
    if (running !== undefined) return running;
    const started = refreshOnce(session, stale).finally(() => refreshing.delete(session.idHash));
    refreshing.set(session.idHash, started);
    return started;
  }

  /** Refreshes, or waits for the process that is refreshing. */
  async function refreshOnce(session: OpenSession, stale: StoredTokens): Promise<StoredTokens> {
    const waiting = unsaved.get(session.idHash);
    if (waiting?.version === stale.version) return await save(session, waiting);
    unsaved.delete(session.idHash);
    const owner = randomUUID();
    const deadline = Date.now() + leaseMs;
    while (!(await records.lease(session.idHash, stale.version, owner, leaseMs))) {
      const current = await records.read(session.idHash);
      if (current === undefined) throw notSignedIn();
      if (current.version !== stale.version) return current;
      if (Date.now() > deadline)
        throw discordUnavailable(new Error('another process is refreshing this session'));
      await sleep(leasePollMs);
    }
    return await refreshUnderLease(session, owner);
  }

  async function refreshUnderLease(session: OpenSession, owner: string): Promise<StoredTokens> {
    const current = await records.read(session.idHash);
    if (current === undefined) throw notSignedIn();
    let pair: TokenPair;
    try {
      if (current.refreshToken === null) throw new NoRefreshTokenError();
      pair = await discord.refresh(current.refreshToken);
    } catch (error) {
      if (isInvalidGrant(error) || error instanceof NoRefreshTokenError) {
        await ending.endRefused(session, 'refresh_refused');
        throw notSignedIn();
      }
      await records.release(session.idHash, owner);
      logRefreshFailure(session, error);
      throw discordUnavailable(
        undefined,
        error instanceof DiscordAnswerError ? error.retryAfterSeconds : undefined,
      );
    }
    return await save(session, { ...pair, version: current.version });
  }

  /**
   * Stores new tokens over the version they carry. The old refresh token is spent, so they are not forgotten when
   * storage refuses them: the next one who asks tries again.
   */
  async function save(
    session: OpenSession,
    { version, ...pair }: StoredTokens,
  ): Promise<StoredTokens> {
    unsaved.set(session.idHash, { ...pair, version });
    const isStored = await storeForSure(session, version, pair);
    unsaved.delete(session.idHash);
    if (isStored) return { ...pair, version: version + 1 };
    // The session was ended while its tokens were on the way: nobody may be left holding the new ones.
    await ending.revokeIfLast(session.user.id, pair);
    throw notSignedIn();
  }

  async function storeForSure(
    session: OpenSession,
    version: number,
    pair: TokenPair,
  ): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await records.replace(session.idHash, version, pair);
      } catch (error) {
        if (attempt === 5) throw error;
        await sleep(50 * 2 ** attempt);
      }
    }
  }

  function logRefreshFailure(session: OpenSession, error: unknown): void {
    const { name, code, status } = error as { name?: string; code?: unknown; status?: unknown };
    // Only names and codes: oauth4webapi's errors hold the whole answer.
    const fields = {
      event: 'refresh_failed',
      reason: name,
      code,
      status,
      user_id: session.user.id,
      session: session.logName,
    };
    if (isMisconfigured(error))
      log.error(fields, 'Discord does not accept our client id or secret');
    else log.warn(fields, 'refreshing an access token failed; the session is kept');
  }

  return {
    /**
     * Calls `use` with a good access token. When Discord refuses a token that should be good, it is refreshed once and
     * `use` called again; refused again, the session ends.
     * @throws {ApiError} 401 when the session has ended, 503 when Discord can't be asked
     */
    async withAccessToken<T>(
      session: OpenSession,
      use: (accessToken: string) => Promise<T>,
    ): Promise<T> {
      const stored = await records.read(session.idHash);
      if (stored === undefined) {
        unsaved.delete(session.idHash);
        // Tokens that cannot be opened leave a session that can't do anything.
        await ending.endRefused(session, 'tokens_unreadable');
        throw notSignedIn();
      }
      const due = stored.expiresAt !== null && stored.expiresAt - Date.now() < refreshAheadMs;
      const tokens = due ? await refreshOrCarryOn(session, stored) : stored;
      try {
        return await use(tokens.accessToken);
      } catch (error) {
        if (!wasRefused(error)) throw error;
      }
      const latest = await records.read(session.idHash);
      if (latest === undefined) throw notSignedIn();
      const renewed = latest.version === tokens.version ? await refresh(session, latest) : latest;
      try {
        return await use(renewed.accessToken);
      } catch (error) {
        if (!wasRefused(error)) throw error;
        await ending.endRefused(session, 'access_refused');
        throw notSignedIn();
      }
    },

    /** Resolves when no refresh is on its way, so that storage is not closed under one. */
    async settled(): Promise<void> {
      await Promise.allSettled(refreshing.values());
    },
  };

  /** A refresh ahead of time that fails does not matter while the token is still good. */
  async function refreshOrCarryOn(
    session: OpenSession,
    stored: StoredTokens,
  ): Promise<StoredTokens> {
    try {
      return await refresh(session, stored);
    } catch (error) {
      const isGood = stored.expiresAt !== null && stored.expiresAt > Date.now();
      const isOver = (error as { status?: number }).status === 401;
      if (isGood && !isOver) return stored;
      throw error;
    }
  }
}

/** A session without a refresh token has nothing to refresh with. */
class NoRefreshTokenError extends Error {}

function wasRefused(error: unknown): boolean {
  return error instanceof DiscordAnswerError && error.status === 401;
}

/** What a failed call in a person's name is to the client; undefined when it is neither Discord's nor the network's. */
export function discordFailure(
  error: unknown,
): { retryAfterSeconds: number | undefined } | undefined {
  if (error instanceof OutboundError) return { retryAfterSeconds: undefined };
  if (error instanceof DiscordAnswerError) return { retryAfterSeconds: error.retryAfterSeconds };
  if (error instanceof ApiError && error.code === 'discord_unavailable')
    return { retryAfterSeconds: Number(error.headers['retry-after']) || undefined };
  return undefined;
}
