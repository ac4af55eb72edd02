/**
 * A person's servers as Discord lists them: cached for 30 seconds, asked once however many wait, and the last good list
 * given while Discord does not answer. After a failure neither that person's list nor, where Discord says so, anybody's is
 * asked for again at once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import { snowflakePattern } from '../../shared/discord.ts';
import { type Identity, identityKey } from '../accounts/identity.ts';
import { discordUnavailable, Failure, type FailureCode } from '../failure.ts';
import { OutboundError } from '../outbound.ts';
import type { AccessTokens } from '../providers/access-tokens.ts';
import { pictureHash, type UserApi } from '../providers/user-api.ts';

/** How long a list counts as fresh. */
const freshMs = 30_000;
/** How long a person's list is not asked for again after a failure; twice as long after each that follows. */
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;
/** A pause this short is waited for, where nothing is known: a moment's trouble is then no trouble. */
const patienceMs = 2_000;
/** The longest a stale list is given. */
const staleMs = 3_600_000; // 1 hour
/** What is cached in all, over everybody, as JSON; each character costs some four bytes, with the answers made of it. */
const maxCachedCharacters = 16 * 1024 * 1024;
/** How long a request waits for a list, refreshing the token included. The browser gives up after 15 s. */
const answerTimeoutMs = 10_000;

const guild = z.object({
  id: z.string().regex(snowflakePattern),
  name: z.string(),
  icon: pictureHash,
  owner: z.boolean().nullish(),
  // Discord says about 50 bits as text; a number of a million digits would take long to read.
  permissions: z.union([z.string().max(64), z.int().nonnegative().transform(String)]).nullish(),
  features: z.array(z.string()).nullish(),
  approximate_member_count: z.int().nonnegative().nullish(),
});

/** A server as Discord lists it for a person. */
export type UserGuild = {
  id: string;
  name: string;
  icon: string | null;
  owner: boolean;
  permissions: string;
  features: string[];
  approximate_member_count: number | null;
};

/** What Discord last said. `stale`: it should be asked again, but does not answer. */
export type GuildList = { guilds: UserGuild[]; asOf: string; stale: boolean };

/**
 * `signedInAt` is when the person's newest session known here was made as the list was asked for, by the clock of the day;
 * the rest is on performance.now()'s. What is older than a sign-in, in whatever process, says nothing to who signed in.
 */
type Cached = { fresh: GuildList; stale: GuildList; cachedAt: number; signedInAt: number };
type Pause = { until: number; failures: number; failure: Failure; signedInAt: number };
type Pending = { list: Promise<GuildList>; signedInAt: number };

/** Whose list is asked for, and since when they have been signed in (ms since 1970). */
type Asking = Identity & { createdAt: number };

/** Failures that are not Discord's, and cost it nothing when they come again. */
const withoutPause = new Set<FailureCode>([
  'not_signed_in',
  'discord_not_connected',
  'storage_unavailable',
]);

export type UserGuilds = ReturnType<typeof createUserGuilds>;

/** Makes the source of people's servers. */
export function createUserGuilds(users: UserApi, accessTokens: AccessTokens) {
  const cache = new LRUCache<string, Cached>({
    ttl: staleMs,
    maxSize: maxCachedCharacters,
    sizeCalculation: (entry) => JSON.stringify(entry.fresh.guilds).length,
  });
  const pending = new Map<string, Pending>();
  const pauses = new LRUCache<string, Pause>({ max: 10_000 });

  async function fetchList(owner: Identity): Promise<GuildList> {
    const guilds = await accessTokens.withAccessToken(owner, (accessToken) =>
      fetchGuilds(users, accessToken),
    );
    return { guilds, asOf: new Date().toISOString(), stale: false };
  }

  /** One question for everybody who waits for this person's servers; it goes on when nobody waits any more. */
  function fetchOnce({ createdAt, ...owner }: Asking): Promise<GuildList> {
    const key = identityKey(owner);
    const running = pending.get(key);
    if (running !== undefined && running.signedInAt >= createdAt) return running.list;
    const signedInAt = Math.max(
      createdAt,
      cache.peek(key)?.signedInAt ?? 0,
      pauses.peek(key)?.signedInAt ?? 0,
    );
    const started: Pending = { list: fetchList(owner), signedInAt };
    pending.set(key, started);
    started.list = started.list
      .then(
        (fresh) => {
          if (pending.get(key) === started) remember(key, fresh, signedInAt);
          return fresh;
        },
        (error: unknown) => {
          const failure = failureOf(error);
          if (pending.get(key) === started) pause(key, failure, signedInAt);
          throw failure;
        },
      )
      // Another one stands there when the person was forgotten, or has signed in, while this was on its way.
      .finally(() => pending.get(key) === started && pending.delete(key));
    // Whoever waits for it hears of its failure; when nobody does any more, nobody needs to.
    started.list.catch(() => {});
    return started.list;
  }

  function remember(key: string, fresh: GuildList, signedInAt: number): void {
    const stale = { ...fresh, stale: true };
    cache.set(key, { fresh, stale, cachedAt: performance.now(), signedInAt });
    pauses.delete(key);
  }

  function pause(key: string, failure: Failure, signedInAt: number): void {
    if (withoutPause.has(failure.code)) return;
    const failures = (pauses.get(key)?.failures ?? 0) + 1;
    const ownMs = Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs);
    // Not the very moment Discord names: its clock and ours differ by a little.
    const toldMs = failure.retryAfterMs === undefined ? 0 : failure.retryAfterMs + 50;
    const until = performance.now() + Math.max(ownMs, toldMs);
    pauses.set(key, { until, failures, failure, signedInAt });
  }

  /** The pause that this session has to keep, if there is one. */
  function pauseOf({ createdAt, ...owner }: Asking): (Pause & { leftMs: number }) | undefined {
    const paused = pauses.get(identityKey(owner));
    const leftMs = (paused?.until ?? 0) - performance.now();
    return paused !== undefined && leftMs > 0 && paused.signedInAt >= createdAt
      ? { ...paused, leftMs }
      : undefined;
  }

  /** Waits for the end of a short pause. @throws the failure it came from, when it is longer */
  async function endOfPause(asking: Asking): Promise<void> {
    const paused = pauseOf(asking);
    if (paused === undefined) return;
    if (paused.leftMs > patienceMs) throw stillFailing(paused.failure, paused.leftMs);
    await sleep(paused.leftMs);
  }

  return {
    /**
     * The person's servers, fresh or stale.
     * @throws {Failure} `not_signed_in` when the session has ended, `discord_not_connected` or `missing_scope` when
     * Discord has to be asked anew, `discord_unavailable` when it does not answer and nothing is known
     */
    async of(session: Asking): Promise<GuildList> {
      const cached = cache.get(identityKey(session));
      const isOwn = cached !== undefined && cached.signedInAt >= session.createdAt;
      if (isOwn && performance.now() - cached.cachedAt < freshMs) return cached.fresh;
      if (isOwn && pauseOf(session) !== undefined) return cached.stale;
      try {
        await endOfPause(session);
        return await withDeadline(fetchOnce(session));
      } catch (error) {
        if (cached === undefined || !isAway(error)) throw error;
        return cached.stale;
      }
    },

    /** Forgets a person's servers: they signed in anew, or signed out. */
    forget(owner: Identity): void {
      const key = identityKey(owner);
      pending.delete(key);
      cache.delete(key);
      pauses.delete(key);
    },
  };
}

/** A person can be in 200 servers at the most, which is one page. `GET /users/@me/guilds` */
async function fetchGuilds(users: UserApi, accessToken: string): Promise<UserGuild[]> {
  const guilds = await users.get('/users/@me/guilds?with_counts=true', accessToken, z.array(guild));
  // One id, one server, should Discord ever name it twice.
  return [...new Map(guilds.map((each) => [each.id, each])).values()].map((each) => ({
    id: each.id,
    name: each.name,
    icon: each.icon ?? null,
    owner: each.owner ?? false,
    permissions: each.permissions ?? '0',
    features: each.features ?? [],
    approximate_member_count: each.approximate_member_count ?? null,
  }));
}

function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (!(error instanceof OutboundError))
    return new Failure('bug', 'internal_error', 'Something went wrong on our side.', {
      cause: error,
    });
  if (error.status === 403)
    return new Failure(
      'caller',
      'missing_scope',
      'Discord does not let us see your servers. Sign in again to allow it.',
      { cause: error },
    );
  return discordUnavailable(error, error.retryAfterMs);
}

/** The failure of before, with what is left of its pause. */
function stillFailing(failure: Failure, leftMs: number): Failure {
  return new Failure(failure.kind, failure.code, failure.message, {
    cause: failure.cause,
    retryAfterMs: failure.kind === 'away' ? leftMs : undefined,
  });
}

/** Only an absence is bridged with what was known; who must sign in again is told so. */
function isAway(error: unknown): boolean {
  return error instanceof Failure && error.code === 'discord_unavailable';
}

async function withDeadline(answer: Promise<GuildList>): Promise<GuildList> {
  const settled = new AbortController();
  const deadline = sleep(answerTimeoutMs, undefined, { signal: settled.signal, ref: false }).then(
    () => {
      throw discordUnavailable(new Error(`no list within ${answerTimeoutMs} ms`));
    },
  );
  try {
    return await Promise.race([answer, deadline]);
  } finally {
    settled.abort();
    deadline.catch(() => {}); // aborted: nobody waits for it any more
  }
}
