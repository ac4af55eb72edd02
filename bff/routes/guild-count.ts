import type { GuildCountAnswer } from '../../shared/http.ts';
import { answerJson, envelope, failureEnvelope } from '../answer.ts';
import type { BotLink, BotState } from '../bot-link.ts';
import type { Middleware } from '../context.ts';
import { botUnavailable } from '../errors.ts';

/** `GET /api/guild-count`: from memory, however many servers there are. */
export function guildCount(body: GuildCountBody): Middleware {
  return async function guildCount(ctx) {
    const ready = body.ready();
    if (ready === undefined) throw botUnavailable();
    answerJson(ctx, ready);
  };
}

export type GuildCountBody = ReturnType<typeof createGuildCountBody>;

/** Makes the answer's writer: it is written once for each thing the bot says, not for each question. */
export function createGuildCountBody(bot: BotLink) {
  let writtenFor: BotState | undefined;
  let written: string | undefined;

  /** The answer, or undefined while the bot has never been seen. */
  function ready(): string | undefined {
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
    ready,
    /** The answer or the failure, whichever the route gives now. */
    text: (): string => ready() ?? failureEnvelope(botUnavailable()),
  };
}
