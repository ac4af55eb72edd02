import type { Sessions } from '../accounts/sessions.ts';
import type { BotLink } from '../bots/link.ts';
import { Failure } from '../failure.ts';
import type { Connections } from '../http/connections.ts';
import type { Context, Middleware } from '../http/context.ts';
import type { Cookies } from '../http/cookies.ts';
import { createEventStreams, type StreamLimits } from '../http/event-streams.ts';
import { requireOwnPage } from '../http/own-pages-only.ts';
import type { Log } from '../log.ts';
import type { GuildCountBody } from './guild-count.ts';

const sessionEnded = 'event: session\ndata: {"ended":true}\n\n';

export type Events = ReturnType<typeof createEvents>;

/**
 * Makes `GET /api/events`: the guild count as it moves, and the end of the session that the stream was opened with. The
 * cookie is looked at once, at the start. A session that another process ends is noticed with the next heartbeat.
 */
export function createEvents(
  {
    bot,
    body,
    sessions,
    cookies,
    log,
  }: {
    bot: BotLink;
    body: GuildCountBody;
    sessions: Sessions;
    cookies: Cookies;
    log: Log;
  },
  options: { limits: StreamLimits; hops: number; publicUrl: string },
) {
  const streams = createEventStreams(options.limits, options.hops, () => void noticeEnds());
  const guildCountEvent = (): string => `event: guild-count\ndata: ${body.readEither()}\n\n`;
  const tellEnd = (ended: string): void =>
    streams.send(sessionEnded, ({ sessionIdHash }) => sessionIdHash === ended);
  const stopFollowingBot = bot.onChange(() => streams.send(guildCountEvent()));
  const stopFollowingSessions = sessions.onEnded(tellEnd);

  async function noticeEnds(): Promise<void> {
    const watched = streams.sessions();
    if (watched.length === 0) return;
    try {
      const live = await sessions.liveAmong(watched);
      for (const idHash of watched) if (!live.has(idHash)) tellEnd(idHash);
    } catch (err) {
      log.warn({ event: 'sessions_not_watched', err }, 'whether sessions have ended is not known');
    }
  }

  /** The session of a stream; null for one whose cookie names none that lives, undefined where that is not known. */
  async function sessionOf(ctx: Context): Promise<string | null | undefined> {
    if (!cookies.hasSession(ctx)) return undefined;
    // A stream can't carry the header that other requests prove themselves with.
    requireOwnPage(ctx, options.publicUrl);
    try {
      cookies.requireOneSession(ctx);
      const id = cookies.readSession(ctx);
      return id === undefined ? null : ((await sessions.read(id))?.idHash ?? null);
    } catch (error) {
      // Neither a doubled cookie nor a lost database is a reason to keep the count from anybody.
      if (error instanceof Failure) return undefined;
      throw error;
    }
  }

  return {
    route(connections: Pick<Connections, 'keepOpen'>): Middleware {
      return async function events(ctx) {
        const session = await sessionOf(ctx);
        const start = `retry: 3000\n${guildCountEvent()}${session === null ? sessionEnded : ''}`;
        streams.open(ctx, connections, session ?? undefined, start);
      };
    },

    /** Ends every stream. */
    close(): void {
      stopFollowingBot();
      stopFollowingSessions();
      streams.close();
    },
  };
}
