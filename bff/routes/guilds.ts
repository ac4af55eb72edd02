import type { GuildsAnswers } from './guilds-answer.ts';
import type { UserGuilds } from '../discord/user-guilds.ts';
import { Failure } from '../failure.ts';
import { answerJson } from '../http/answer.ts';
import type { Middleware } from '../http/context.ts';
import type { Cookies } from '../http/cookies.ts';
import { sessionOf } from '../http/signed-in.ts';

/** `GET /api/guilds`: the person's servers, and where the bot is among them. */
export function guilds(
  userGuilds: UserGuilds,
  guildsAnswer: GuildsAnswers,
  cookies: Cookies,
): Middleware {
  return async function guilds(ctx) {
    try {
      answerJson(ctx, await guildsAnswer(await userGuilds.of(sessionOf(ctx))));
    } catch (error) {
      // Discord no longer takes this person's tokens, and so the session has ended: its cookie has nothing left to name.
      if (error instanceof Failure && error.code === 'not_signed_in') cookies.clearSession(ctx);
      throw error;
    }
  };
}
