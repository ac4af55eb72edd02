import type { GuildCountAnswer } from '../../shared/http.ts';
import { answerJson, envelope, failureEnvelope } from '../answer.ts';
import type { BotLink, BotState } from '../bot-link.ts';
import type { Middleware } from '../context.ts';
import { botUnavailable } from '../errors.ts';

/** `GET /api/guild-count`: from memory, however many servers there are. */
export function guildCount(body: GuildCountBody): Middleware {
  return async function guildCount(ctx) {
    const current = body();
    if (!current.isKnown) throw botUnavailable();
    answerJson(ctx, current.json);
  };
}

/** The answer as it is now. `isKnown` is false, and the answer a failure, while the bot has never been seen. */
export type GuildCountBody = () => { isKnown: boolean; json: string };

/** Makes the answer's writer: it is written once for each thing the bot says, not for each question. */
export function createGuildCountBody(bot: BotLink): GuildCountBody {
  let writtenFor: BotState | undefined;
  let written = { isKnown: false, json: '' };
  return function guildCountBody() {
    const state = bot.state();
    if (state !== writtenFor) {
      writtenFor = state;
      written =
        state.count === null
          ? { isKnown: false, json: failureEnvelope(botUnavailable()) }
          : {
              isKnown: true,
              json: envelope<GuildCountAnswer>({ ...state.count, stale: !state.connected }),
            };
    }
    return written;
  };
}
