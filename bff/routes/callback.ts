import type { Context, Middleware } from '../context.ts';
import { describeBrowser } from '../sessions/describe-browser.ts';
import { finishLogin, LoginError, loginErrorCode } from '../oauth/finish-login.ts';
import type { Services } from '../services.ts';
import { signIn } from '../sessions/session-middleware.ts';
import { redirectToDashboard, seeOther } from './redirect-to-dashboard.ts';

/**
 * `GET /discord/callback`: finishes a login and signs the person in under a new session id. Whatever goes wrong ends on
 * the dashboard with a code from a closed list, and without a session.
 */
export function callback(services: Services): Middleware {
  return async function callback(ctx) {
    try {
      const next = await finish(ctx, services);
      seeOther(ctx, services.config.publicUrl + next);
    } catch (error) {
      const code = loginErrorCode(error);
      const level =
        code === 'internal_error' || code === 'misconfigured' || code === 'storage_unavailable'
          ? 'error'
          : 'info';
      ctx.state.log[level](
        {
          event: 'login_failed',
          request_id: ctx.state.requestId,
          error: code,
          reason: error instanceof LoginError ? error.message : undefined,
          ...(level === 'error' && { err: error }),
        },
        'a login failed',
      );
      redirectToDashboard(ctx, services.config, code);
    }
  };
}

async function finish(ctx: Context, services: Services): Promise<string> {
  const { cookies, discord, logins, ending, guilds, sessionMiddleware } = services;
  const browserId = cookies.readLogin(ctx);
  // The raw query: Koa's own parser makes arrays of repeated parameters.
  const parameters = new URLSearchParams(ctx.querystring);
  const login = await finishLogin(
    discord,
    logins,
    parameters,
    browserId,
    // Whose tokens they are decides whether their other sessions must be spared; unknown, nobody may hold them.
    (tokens, userId) =>
      void (userId === undefined ? ending.revoke(tokens) : ending.revokeIfLast(userId, tokens)),
  );
  try {
    // Read only now: a callback that fails has no business with the session the browser may have.
    await sessionMiddleware(ctx, async () => undefined);
    const before = ctx.state.session;
    const endedTokens = before && (await services.tokens.read(before.idHash));
    const isLastTab = browserId === undefined || !(await logins.isWaiting(browserId));
    await signIn(ctx, {
      user: login.user,
      tokens: login.tokens,
      browser: describeBrowser(ctx.get('user-agent')),
    });
    // Signed in: nothing from here on may fail, or the answer would say so and carry the session all the same.
    guilds.forget(login.user.id);
    if (before !== undefined && before.user.id !== login.user.id)
      void ending.revokeIfLast(before.user.id, endedTokens);
    if (isLastTab) cookies.clearLogin(ctx);
  } catch (error) {
    // Not while the person is signed in elsewhere: Discord would end that with it.
    void ending.revokeIfLast(login.user.id, login.tokens);
    throw error;
  }
  ctx.state.log.info(
    {
      event: 'login_succeeded',
      request_id: ctx.state.requestId,
      user_id: login.user.id,
      session: ctx.state.session?.logName,
    },
    'a person signed in',
  );
  return login.next;
}
