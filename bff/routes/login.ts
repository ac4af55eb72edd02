import type { AuthorizeUrlAnswer } from '../../shared/http.ts';
import type { Config } from '../env.ts';
import { answer } from '../http/answer.ts';
import type { Context, Middleware } from '../http/context.ts';
import type { Cookies } from '../http/cookies.ts';
import type { Discord } from '../providers/discord.ts';
import type { Logins } from '../providers/logins.ts';
import { safeNext } from '../providers/next-path.ts';
import { startLogin } from '../providers/start-login.ts';

/** What beginning a login takes. */
export type LoginStart = {
  config: Pick<Config, 'publicUrl'>;
  cookies: Cookies;
  discord: Discord;
  logins: Logins;
};

/** `GET /discord/login?next=`: remembers a login in the browser's cookie and sends the person to Discord. */
export function login(start: LoginStart): Middleware {
  return async function login(ctx) {
    ctx.status = 302;
    ctx.set('location', await begin(ctx, start, safeNext(ctx.query.next, start.config.publicUrl)));
    ctx.body = '';
  };
}

/** `GET /api/authorize-url?next=`: the same, for a page that goes there by itself. */
export function authorizeUrl(start: LoginStart): Middleware {
  return async function authorizeUrl(ctx) {
    const url = await begin(ctx, start, safeNext(ctx.query.next, start.config.publicUrl));
    answer<AuthorizeUrlAnswer>(ctx, { authorization_url: url });
  };
}

/** Begins a login that leads to `next`. Gives the address to send the person to. */
export async function begin(
  ctx: Context,
  { cookies, discord, logins }: LoginStart,
  next: string,
  isRepeat = false,
): Promise<string> {
  const started = await startLogin(discord, logins, cookies.readLogin(ctx), next, isRepeat);
  cookies.setLogin(ctx, started.browserId);
  return started.authorizationUrl;
}
