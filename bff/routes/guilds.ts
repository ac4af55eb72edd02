import { answerJson } from '../answer.ts';
import type { Middleware } from '../context.ts';
import { ApiError, notSignedIn } from '../errors.ts';
import type { Services } from '../services.ts';

/** `GET /api/guilds`: the person's servers, and where the bot is among them. */
export function guilds({ guilds: source, guildsAnswer, cookies }: Services): Middleware {
  return async function guilds(ctx) {
    if (ctx.state.session === undefined) throw notSignedIn();
    try {
      answerJson(ctx, await guildsAnswer(await source.of(ctx.state.session)));
    } catch (error) {
      // Discord no longer takes this session's tokens, and so it has ended: its cookie has nothing left to name.
      if (error instanceof ApiError && error.status === 401) cookies.clearSession(ctx);
      throw error;
    }
  };
}
