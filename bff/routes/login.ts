import type { AuthorizeUrlAnswer } from '../../shared/http.ts';
import { answer } from '../answer.ts';
import type { Context, Middleware } from '../context.ts';
import type { Services } from '../services.ts';
import { loginErrorCode } from '../oauth/finish-login.ts';
import { safeNext } from '../oauth/next-path.ts';
import { startLogin } from '../oauth/start-login.ts';
import { redirectToDashboard } from './redirect-to-dashboard.ts';

/** `GET /discord/login?next=`: remembers a login in the browser's cookie and sends the person to Discord. */
export function login(services: Services): Middleware {
  return async function login(ctx) {
    try {
      const url = await begin(ctx, services);
      ctx.status = 302;
      ctx.set('location', url);
      ctx.body = '';
    } catch (error) {
      ctx.state.log.error(
        { event: 'login_not_started', request_id: ctx.state.requestId, err: error },
        'a login could not be started',
      );
      redirectToDashboard(ctx, services.config, loginErrorCode(error));
    }
  };
}

/** `GET /api/authorize-url?next=`: the same, for a page that goes there by itself. */
export function authorizeUrl(services: Services): Middleware {
  return async function authorizeUrl(ctx) {
    answer<AuthorizeUrlAnswer>(ctx, { authorization_url: await begin(ctx, services) });
  };
}

async function begin(
  ctx: Context,
  { config, cookies, discord, logins }: Services,
): Promise<string> {
  const next = safeNext(ctx.query.next, config.publicUrl);
  const started = await startLogin(discord, logins, cookies.readLogin(ctx), next);
  cookies.setLogin(ctx, started.browserId);
  return started.authorizationUrl;
}
