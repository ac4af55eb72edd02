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
import { discordUnavailable, Failure } from '../failure.ts';
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

/** `at` is on the clock of the day, to compare with sessions; the rest on performance.now()'s. */
type Cached = { fresh: GuildList; stale: GuildList; cachedAt: number; at: number };
type Pause = { until: number; failures: number; failure: Failure; at: number };

/** Whose list is asked for, and since when they have been signed in (ms since 1970). */
type Asking = Identity & { createdAt: number };

export type UserGuilds = ReturnType<typeof createUserGuilds>;

/** Makes the source of people's servers. */
export function createUserGuilds(users: UserApi, accessTokens: AccessTokens) {
  const cache = new LRUCache<string, Cached>({
    ttl: staleMs,
    maxSize: maxCachedCharacters,
    sizeCalculation: (entry) => JSON.stringify(entry.fresh.guilds).length,
  });
  const pending = new Map<string, Promise<GuildList>>();
  const pauses = new LRUCache<string, Pause>({ max: 10_000 });

  async function fetchList(owner: Identity): Promise<GuildList> {
    const guilds = await accessTokens.withAccessToken(owner, (accessToken) =>
      fetchGuilds(users, accessToken),
    );
    return { guilds, asOf: new Date().toISOString(), stale: false };
  }

  /** One question for everybody who waits for this person's servers; it goes on when nobody waits any more. */
  function fetchOnce(owner: Identity): Promise<GuildList> {
    const key = identityKey(owner);
    const running = pending.get(key);
    if (running !== undefined) return running;
    const started = fetchList(owner).then(
      (fresh) => {
        // Not when the person was forgotten, or asked for anew, while this was on its way.
        if (pending.get(key) === started) {
          cache.set(key, {
            fresh,
            stale: { ...fresh, stale: true },
            cachedAt: performance.now(),
            at: Date.now(),
          });
          pauses.delete(key);
        }
        return fresh;
      },
      (error: unknown) => {
        const failure = failureOf(error);
        if (pending.get(key) === started) pause(key, failure);
        throw failure;
      },
    );
    pending.set(key, started);
    // Whoever waits for it hears of its failure; when nobody does any more, nobody needs to.
    void started.catch(() => {}).finally(() => pending.get(key) === started && pending.delete(key));
    return started;
  }

  function pause(key: string, failure: Failure): void {
    const failures = (pauses.get(key)?.failures ?? 0) + 1;
    const ownMs = Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs);
    // Not the very moment Discord names: its clock and ours differ by a little.
    const toldMs = failure.retryAfterMs === undefined ? 0 : failure.retryAfterMs + 50;
    const until = performance.now() + Math.max(ownMs, toldMs);
    pauses.set(key, { until, failures, failure, at: Date.now() });
  }

  /** Waits for the end of a short pause. @throws the failure it came from, when it is longer */
  async function endOfPause({ createdAt, ...owner }: Asking): Promise<void> {
    const paused = pauses.get(identityKey(owner));
    const leftMs = (paused?.until ?? 0) - performance.now();
    // A pause from before this sign-in says nothing about the tokens it brought.
    if (paused === undefined || leftMs <= 0 || paused.at < createdAt) return;
    if (leftMs > patienceMs) throw stillFailing(paused.failure, leftMs);
    await sleep(leftMs);
  }

  return {
    /**
     * The person's servers, fresh or stale.
     * @throws {Failure} `not_signed_in` when the session has ended, `discord_not_connected` or `missing_scope` when
     * Discord has to be asked anew, `discord_unavailable` when it does not answer and nothing is known
     */
    async of(session: Asking): Promise<GuildList> {
      const key = identityKey(session);
      const cached = cache.get(key);
      const now = performance.now();
      // Who has signed in since, in whatever process, wants to see what has changed.
      const isOwn = cached !== undefined && cached.at >= session.createdAt;
      if (isOwn && now - cached.cachedAt < freshMs) return cached.fresh;
      if (isOwn && (pauses.get(key)?.until ?? 0) > now) return cached.stale;
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
