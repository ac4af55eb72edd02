/**
 * Gives an access token that is good now, refreshing it when it is due. One refresh at a time for a grant, in this
 * process and in every other on the same database; never tied to the request that asked for it; the new pair is stored
 * before anyone uses it. A refusal ends the person's sessions, unless it may be the doing of an answer that was lost:
 * then they stay, and only Discord has to be asked again. Everything else keeps everything.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Identity, identityKey } from '../accounts/identity.ts';
import type { Sessions } from '../accounts/sessions.ts';
import { discordNotConnected, discordUnavailable, Failure, notSignedIn } from '../failure.ts';
import type { Log } from '../log.ts';
import { OutboundError } from '../outbound.ts';
import { type Database, inTransaction } from '../storage/database.ts';
import { type Discord, isInvalidGrant, isMisconfigured, wasRefreshTokenSpared } from './discord.ts';
import type { Grant, Grants, TokenPair } from './grants.ts';
import type { Revocations } from './revocations.ts';
import { wasTokenRefused } from './user-api.ts';

/** Refreshed this long before it runs out, so that it does not run out on the way. */
const refreshAheadMs = 60_000;
/** No token lives longer; an expiry further ahead was written by a clock that has been set back since. */
const longestLifetimeMs = 31_536_000_000; // 1 year
/** How often a process looks whether another's refresh is done. */
const leasePollMs = 50;

/** Tokens that replace a version. `issuedAt`: when they were asked for, in milliseconds since 1970. */
type Refreshed = { version: number; tokens: TokenPair; issuedAt: number };

export type AccessTokens = ReturnType<typeof createAccessTokens>;

/** Makes the source of access tokens. `outboundTimeoutMs` bounds one refresh, and so how long others wait for it. */
export function createAccessTokens(
  database: Database,
  discord: Discord,
  grants: Grants,
  sessions: Sessions,
  revocations: Revocations,
  log: Log,
  options: { outboundTimeoutMs: number },
) {
  const refreshing = new Map<string, Promise<Grant>>();
  /** Refreshed tokens that storage would not take, with the version they replace. The old ones are spent. */
  const unsaved = new Map<string, Refreshed>();
  const leaseMs = options.outboundTimeoutMs + 2_000;

  function refresh(owner: Identity, stale: Grant): Promise<Grant> {
    const key = identityKey(owner);
    const running = refreshing.get(key);
    if (running !== undefined) return running;
    const started = refreshOnce(owner, stale).finally(() => refreshing.delete(key));
    refreshing.set(key, started);
    return started;
  }

  /** Refreshes, or waits for the process that is refreshing. */
  async function refreshOnce(owner: Identity, stale: Grant): Promise<Grant> {
    if (stale.isLost) throw discordNotConnected();
    const pending = unsaved.get(identityKey(owner));
    if (pending?.version === stale.version) return await save(owner, pending);
    unsaved.delete(identityKey(owner));
    const leaseOwner = randomUUID();
    const deadline = performance.now() + leaseMs;
    while (!(await grants.lease(owner, stale.version, leaseOwner, leaseMs))) {
      const current = await grants.read(owner);
      if (current === undefined) throw notSignedIn();
      if (current.version !== stale.version) return current;
      // A process that was killed may have held the lease. Who has a token that is still good does not wait for its end.
      if (isGood(stale) || performance.now() > deadline)
        throw discordUnavailable(new Error('another process is refreshing this grant'));
      await sleep(leasePollMs);
    }
    return await refreshUnderLease(owner, leaseOwner);
  }

  async function refreshUnderLease(owner: Identity, leaseOwner: string): Promise<Grant> {
    const current = await grants.read(owner);
    if (current === undefined) throw notSignedIn();
    if (current.isLost) {
      await grants.release(owner, leaseOwner, current.isDoubtful);
      throw discordNotConnected();
    }
    if (current.refreshToken === null)
      return await endRefused(owner, current.version, 'no_refresh_token');
    if (!(await grants.markDoubtful(owner, leaseOwner)))
      return await changedMeanwhile(owner, current);
    const issuedAt = Date.now();
    let tokens: TokenPair;
    try {
      tokens = await discord.refresh(current.refreshToken);
    } catch (error) {
      if (isInvalidGrant(error)) return await refused(owner, current, 'refresh_refused');
      await grants.release(owner, leaseOwner, current.isDoubtful || !wasRefreshTokenSpared(error));
      logRefreshFailure(owner, error);
      throw discordUnavailable(
        undefined,
        error instanceof OutboundError ? error.retryAfterMs : undefined,
      );
    }
    return await save(owner, { version: current.version, tokens, issuedAt });
  }

  /** Undefined when the grant has changed or ended meanwhile. */
  async function store(
    owner: Identity,
    { version, tokens, issuedAt }: Refreshed,
  ): Promise<Grant | undefined> {
    return await inTransaction(database, async (transaction) => {
      // As with a sign-in: a revocation that is on its way may yet reach these tokens.
      const isDoubtful = (await revocations.since(issuedAt, owner, transaction)) !== 'none';
      const isStored = await grants.replace(transaction, owner, version, tokens, isDoubtful);
      return isStored ? { ...tokens, version: version + 1, isDoubtful, isLost: false } : undefined;
    });
  }

  /** The lease was lost before anything was sent: to a new login, a sign-out, or a process that held us for dead. */
  async function changedMeanwhile(owner: Identity, { version }: Grant): Promise<Grant> {
    const current = await grants.read(owner);
    if (current === undefined) throw notSignedIn();
    if (current.version !== version) return current;
    throw discordUnavailable(new Error('the lease on refreshing was lost'));
  }

  /**
   * Stores new tokens over the version they replace. The old refresh token is spent, so they are not forgotten when
   * storage refuses them: the next one who asks tries again.
   */
  async function save(owner: Identity, refreshed: Refreshed): Promise<Grant> {
    unsaved.set(identityKey(owner), refreshed);
    const stored = await storeForSure(owner, refreshed);
    unsaved.delete(identityKey(owner));
    if (stored !== undefined) return stored;
    const current = await grants.read(owner);
    if (current !== undefined) return current; // the person has signed in anew meanwhile
    // The person has signed out while the tokens were on the way: nobody may be left holding them.
    revocations.discard(refreshed.tokens, owner);
    throw notSignedIn();
  }

  async function storeForSure(owner: Identity, refreshed: Refreshed): Promise<Grant | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await store(owner, refreshed);
      } catch (error) {
        if (attempt === 5) throw error;
        await sleep(50 * 2 ** attempt);
      }
    }
  }

  /** The provider no longer takes the tokens. What that means depends on whether it may be the doing of something lost. */
  async function refused(
    owner: Identity,
    grant: Grant,
    reason: 'refresh_refused' | 'access_refused',
  ): Promise<never> {
    if (grant.isDoubtful) return await loseTokens(owner, grant, reason === 'access_refused');
    return await endRefused(owner, grant.version, reason);
  }

  /**
   * The provider no longer takes the tokens, and means it: the sessions opened through this login end. Not when the
   * person has signed in anew meanwhile, which has put other tokens there.
   */
  async function endRefused(
    owner: Identity,
    version: number | undefined,
    reason: string,
  ): Promise<never> {
    const ended = await inTransaction(database, async (transaction) => {
      // Asked again, for a new login may have put a grant there since.
      if (version === undefined && (await grants.read(owner, transaction)) !== undefined)
        return undefined;
      const isRemoved = await grants.remove(transaction, owner, version);
      if (!isRemoved && version !== undefined) return undefined;
      return await sessions.removeAllOf(transaction, owner);
    });
    if (ended === undefined) throw discordUnavailable(new Error('the grant has just changed'));
    sessions.announceEnds(ended);
    log.info(
      { event: 'session_ended', reason, user_id: owner.subject, sessions: ended.length },
      'sessions ended: Discord no longer takes their tokens',
    );
    throw notSignedIn();
  }

  /** The tokens were lost on the way, and that is nobody's wish: the person stays signed in. */
  async function loseTokens(
    owner: Identity,
    grant: Grant,
    wasAccessRefused: boolean,
  ): Promise<never> {
    await grants.markLost(owner, grant.version, wasAccessRefused);
    if (!grant.isLost) {
      log.warn(
        { event: 'tokens_lost', user_id: owner.subject },
        'the answer to a refresh, or to a login, was lost; Discord has to be asked again',
      );
    }
    throw discordNotConnected();
  }

  function logRefreshFailure(owner: Identity, error: unknown): void {
    const { name, code, status, reason } = error as Record<string, unknown>;
    // Only names and codes: oauth4webapi's errors hold the whole answer.
    const fields = {
      event: 'refresh_failed',
      reason: reason ?? name,
      code,
      status,
      user_id: owner.subject,
    };
    if (isMisconfigured(error))
      log.error(fields, 'Discord does not accept our client id or secret');
    else log.warn(fields, 'refreshing an access token failed; the session is kept');
  }

  /** Refreshes tokens of which the access token was refused before its time. */
  async function refreshRefused(owner: Identity, latest: Grant): Promise<Grant> {
    if (latest.isLost) return await loseTokens(owner, latest, true);
    return await refresh(owner, { ...latest, expiresAt: 0 });
  }

  /** A refresh ahead of time that fails does not matter while the token is still good. */
  async function refreshOrCarryOn(owner: Identity, stored: Grant): Promise<Grant> {
    if (stored.isLost && isGood(stored)) return stored;
    try {
      return await refresh(owner, stored);
    } catch (error) {
      const isOver = error instanceof Failure && error.code === 'not_signed_in';
      if (isGood(stored) && !isOver) return stored;
      throw error;
    }
  }

  return {
    /**
     * Calls `use` with a good access token. When Discord refuses a token that should be good, it is refreshed once and
     * `use` called again; refused again, the sessions end, or Discord counts as not connected.
     * @throws {Failure} `not_signed_in` when the sessions have ended, `discord_not_connected` when the tokens are lost,
     * `discord_unavailable` when Discord can't be asked
     */
    async withAccessToken<T>(
      owner: Identity,
      use: (accessToken: string) => Promise<T>,
    ): Promise<T> {
      const stored = await grants.read(owner);
      if (stored === undefined) {
        unsaved.delete(identityKey(owner));
        // Tokens that cannot be opened leave sessions that can't do anything.
        return await endRefused(owner, undefined, 'tokens_unreadable');
      }
      const grant = isDue(stored) ? await refreshOrCarryOn(owner, stored) : stored;
      try {
        return await use(grant.accessToken);
      } catch (error) {
        if (!wasTokenRefused(error)) throw error;
      }
      const latest = await grants.read(owner);
      if (latest === undefined) throw notSignedIn();
      const renewed =
        latest.version === grant.version ? await refreshRefused(owner, latest) : latest;
      try {
        return await use(renewed.accessToken);
      } catch (error) {
        if (!wasTokenRefused(error)) throw error;
        return await refused(owner, renewed, 'access_refused');
      }
    },

    /** Resolves when no refresh is on its way, so that storage is not closed under one. */
    async settled(): Promise<void> {
      while (refreshing.size > 0) await Promise.allSettled(refreshing.values());
    },
  };
}

function isGood({ expiresAt }: Grant): boolean {
  return expiresAt === null || expiresAt > Date.now();
}

function isDue({ expiresAt }: Grant): boolean {
  if (expiresAt === null) return false;
  const leftMs = expiresAt - Date.now();
  return leftMs < refreshAheadMs || leftMs > longestLifetimeMs;
}
