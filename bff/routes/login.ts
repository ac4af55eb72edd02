import type { Sessions } from '../accounts/sessions.ts';
import type { AuthorizeUrlAnswer } from '../../shared/http.ts';
import type { Config } from '../env.ts';
import { answer } from '../http/answer.ts';
import type { Context, Middleware } from '../http/context.ts';
import type { Cookies } from '../http/cookies.ts';
import type { Discord } from '../providers/discord.ts';
import type { Grants } from '../providers/grants.ts';
import type { Logins } from '../providers/logins.ts';
import { safeNext } from '../providers/next-path.ts';
import { type LoginWish, startLogin } from '../providers/start-login.ts';

/** What beginning a login takes. */
export type LoginStart = {
  config: Pick<Config, 'publicUrl'>;
  cookies: Cookies;
  discord: Discord;
  logins: Logins;
  sessions: Sessions;
  grants: Grants;
};

/** `GET /discord/login?next=`: remembers a login in the browser's cookie and sends the person to Discord. */
export function login(start: LoginStart): Middleware {
  return async function login(ctx) {
    ctx.status = 302;
    ctx.set('location', await beginWished(ctx, start));
    ctx.body = '';
  };
}

/** `GET /api/authorize-url?next=`: the same, for a page that goes there by itself. */
export function authorizeUrl(start: LoginStart): Middleware {
  return async function authorizeUrl(ctx) {
    answer<AuthorizeUrlAnswer>(ctx, { authorization_url: await beginWished(ctx, start) });
  };
}

/** Begins a login. Gives the address to send the person to. */
export async function begin(
  ctx: Context,
  { cookies, discord, logins }: LoginStart,
  wish: LoginWish,
): Promise<string> {
  const started = await startLogin(discord, logins, cookies.readLogin(ctx), wish);
  cookies.setLogin(ctx, started.browserId);
  return started.authorizationUrl;
}

/** Begins the login that the person asked for. */
async function beginWished(ctx: Context, start: LoginStart): Promise<string> {
  return await begin(ctx, start, {
    next: safeNext(ctx.query.next, start.config.publicUrl),
    skipsConsent: await hasLostTokens(ctx, start),
  });
}

/** Tells whether the person is signed in and only their tokens got lost on the way: that shall cost them no click. */
async function hasLostTokens(
  ctx: Context,
  { cookies, sessions, grants }: LoginStart,
): Promise<boolean> {
  const id = cookies.readSession(ctx);
  const session = id === undefined ? undefined : await sessions.read(id);
  return session !== undefined && (await grants.read(session))?.isLost === true;
}
