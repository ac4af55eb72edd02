import { answerJson } from '../answer.ts';
import type { Middleware } from '../context.ts';
import { notSignedIn } from '../errors.ts';
import type { Services } from '../services.ts';

/** `GET /api/guilds`: the person's servers, and where the bot is among them. */
export function guilds({ guilds: source, guildsAnswer }: Services): Middleware {
  return async function guilds(ctx) {
    if (ctx.state.session === undefined) throw notSignedIn();
    const body = await guildsAnswer(await source.of(ctx.state.session));
    answerJson(ctx, body);
  };
}
