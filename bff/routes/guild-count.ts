import type { GuildCountAnswer } from '../../shared/http.ts';
import type { BotLink, BotState } from '../bots/link.ts';
import { botUnavailable } from '../failure.ts';
import { answerJson, envelope, failureEnvelope } from '../http/answer.ts';
import type { Middleware } from '../http/context.ts';

/** `GET /api/guild-count`: from memory, however many servers there are. */
export function guildCount(body: GuildCountBody): Middleware {
  return function guildCount(ctx) {
    const text = body.read();
    if (text === undefined) throw botUnavailable();
    answerJson(ctx, text);
  };
}

export type GuildCountBody = ReturnType<typeof createGuildCountBody>;

/** Makes the writer of the answer's body: it is written once for each thing the bot says, not for each question. */
export function createGuildCountBody(bot: BotLink) {
  let writtenFor: BotState | undefined;
  let written: string | undefined;

  /** The body, or undefined while the bot has never been seen. */
  function read(): string | undefined {
    const state = bot.state();
    if (state !== writtenFor) {
      writtenFor = state;
      written =
        state.count === null
          ? undefined
          : envelope<GuildCountAnswer>({ ...state.count, stale: !state.connected });
    }
    return written;
  }

  return {
    read,
    /** The body of the answer or of the failure, whichever the route gives now. */
    readEither: (): string => read() ?? failureEnvelope(botUnavailable()),
  };
}
