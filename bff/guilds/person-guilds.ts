/**
 * A person's servers as Discord lists them: kept for 30 seconds, asked once however many wait, and the last good
 * answer given while Discord does not answer.
 */
import { LRUCache } from 'lru-cache';
import { ApiError, discordUnavailable } from '../errors.ts';
import { type AccessTokens, discordFailure } from '../oauth/access-tokens.ts';
import { type Discord, DiscordAnswerError, type PersonGuild } from '../oauth/discord.ts';
import type { OpenSession } from '../sessions/session-records.ts';

/** How long an answer counts as fresh. */
const freshMs = 30_000;
/** How long a stale answer is given without asking again after Discord failed. */
const pauseMs = 5_000;
/** The longest we keep from asking because Discord said `Retry-After`. */
const longestPauseMs = 60_000;
/** The longest a stale answer is given. */
const keptMs = 3_600_000; // 1 hour
/** What is kept in all, over everybody, as JSON; each character costs some four bytes, with the answers made of it. */
const maxKeptCharacters = 16 * 1024 * 1024;

/** What Discord last said. `stale`: it should be asked again, but does not answer. */
export type PersonGuilds = { guilds: PersonGuild[]; asOf: string; stale: boolean };

type Kept = { fresh: PersonGuilds; stale: PersonGuilds; askedAt: number };

export type PersonGuildsSource = ReturnType<typeof createPersonGuilds>;

/** Makes the source of people's servers. */
export function createPersonGuilds(discord: Discord, accessTokens: AccessTokens) {
  const kept = new LRUCache<string, Kept>({
    ttl: keptMs,
    maxSize: maxKeptCharacters,
    sizeCalculation: (entry) => JSON.stringify(entry.fresh.guilds).length,
  });
  const asking = new Map<string, { sessionIdHash: string; answer: Promise<PersonGuilds> }>();
  const pausedUntil = new LRUCache<string, number>({ max: 10_000 });

  async function ask(session: OpenSession): Promise<PersonGuilds> {
    const guilds = await accessTokens.withAccessToken(session, (token) =>
      discord.fetchGuilds(token),
    );
    return { guilds, asOf: new Date().toISOString(), stale: false };
  }

  /** One question for everybody who waits for this person's servers. */
  async function askOnce(session: OpenSession): Promise<PersonGuilds> {
    const userId = session.user.id;
    const running = asking.get(userId);
    // Another session's question may fail for reasons of its own, so it is not waited for.
    if (running?.sessionIdHash === session.idHash) return await running.answer;
    const answer = ask(session);
    asking.set(userId, { sessionIdHash: session.idHash, answer });
    try {
      const fresh = await answer;
      // Not when the person was forgotten, or asked anew, while this was on its way.
      if (asking.get(userId)?.answer === answer) {
        kept.set(userId, { fresh, stale: { ...fresh, stale: true }, askedAt: Date.now() });
        pausedUntil.delete(userId);
      }
      return fresh;
    } finally {
      if (asking.get(userId)?.answer === answer) asking.delete(userId);
    }
  }

  return {
    /**
     * The person's servers, fresh or stale.
     * @throws {ApiError} 401 when the session has ended; 503 when Discord does not answer and nothing is known
     */
    async of(session: OpenSession): Promise<PersonGuilds> {
      const known = kept.get(session.user.id);
      const now = Date.now();
      if (known !== undefined && now - known.askedAt < freshMs) return known.fresh;
      const paused = (pausedUntil.get(session.user.id) ?? 0) - now;
      if (paused > 0) {
        if (known !== undefined) return known.stale;
        throw discordUnavailable(new Error('Discord asked us to wait'), Math.ceil(paused / 1000));
      }
      try {
        return await askOnce(session);
      } catch (error) {
        if (error instanceof DiscordAnswerError && error.status === 403)
          throw new ApiError(
            403,
            'missing_scope',
            'Discord does not let us see your servers. Sign in again to allow it.',
            {
              cause: error,
            },
          );
        const failure = discordFailure(error);
        if (failure === undefined) throw error;
        const waitMs = (failure.retryAfterSeconds ?? 0) * 1000;
        if (waitMs > 0 || known !== undefined)
          pausedUntil.set(
            session.user.id,
            Date.now() + Math.min(waitMs || pauseMs, longestPauseMs),
          );
        if (known !== undefined) return known.stale;
        throw discordUnavailable(error, failure.retryAfterSeconds);
      }
    },

    /** Forgets a person's servers: they signed in anew, or signed out. */
    forget(userId: string): void {
      asking.delete(userId);
      kept.delete(userId);
      pausedUntil.delete(userId);
    },
  };
}
