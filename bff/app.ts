/** The BFF's table of contents: what a request passes through, and where each address is answered. */
import { Router } from '@koa/router';
import type Koa from 'koa';
import type { DefaultContext } from 'koa';
import type { Middleware, State } from './context.ts';
import { ApiError } from './errors.ts';
import { bodyLimit } from './middlewares/body-limit.ts';
import { failures, noSuchRoute } from './middlewares/failures.ts';
import { noStore } from './middlewares/no-store.ts';
import { ownPagesOnly } from './middlewares/own-pages-only.ts';
import { rateLimit, type RequestCounter } from './middlewares/rate-limit.ts';
import { requestLog } from './middlewares/request-log.ts';
import { setSecurityHeaders } from './middlewares/security-headers.ts';
import { bot, botAvatar } from './routes/bot.ts';
import { callback } from './routes/callback.ts';
import type { Events } from './routes/events.ts';
import { guildCount, type GuildCountBody } from './routes/guild-count.ts';
import { guilds } from './routes/guilds.ts';
import { healthz, readyz } from './routes/health.ts';
import { authorizeUrl, login } from './routes/login.ts';
import { redirectToDashboard } from './routes/redirect-to-dashboard.ts';
import { whoIsSignedIn } from './routes/session.ts';
import { endSession, logout, logoutEverywhere, sessions } from './routes/sessions.ts';
import type { Services } from './services.ts';

/** What the routes are mounted with. `logins` and `calls` count requests; `pages` serves what is no address of ours. */
export type Parts = {
  logins: RequestCounter;
  calls: RequestCounter;
  countBody: GuildCountBody;
  events: Events;
  pages: Middleware;
};

/** Mounts everything on `app`. */
export function mount(app: Koa<State, DefaultContext>, services: Services, parts: Parts): void {
  const { config, cookies, log, sessionMiddleware: session } = services;
  const loginLimit = rateLimit(parts.logins, (ctx) =>
    redirectToDashboard(ctx, config, 'rate_limited'),
  );
  const apiLimit = rateLimit(parts.calls);

  app.use(requestLog(log));
  app.use(setSecurityHeaders(config));
  app.use(failures());
  app.use(noStore());
  app.use(noSuchRoute());
  app.use(cookies.trustPublicUrl);
  app.use(bodyLimit());

  // Anybody may ask these, on any page: no session is looked at.
  const open = new Router<State, DefaultContext>();
  open.get('/healthz', healthz());
  open.get('/readyz', readyz(services));
  open.get('/discord/login', getOnly, loginLimit, login(services));
  open.get('/discord/callback', getOnly, loginLimit, callback(services));
  open.get('/api/guild-count', apiLimit, guildCount(parts.countBody));
  open.get('/api/events', apiLimit, parts.events.route);
  open.get('/api/bot', apiLimit, bot(services));
  open.get('/api/bot/avatar', apiLimit, botAvatar(services));
  app.use(open.routes()).use(open.allowedMethods());

  const personal = new Router<State, DefaultContext>();
  personal.use(ownPagesOnly(config.publicUrl, cookies));
  personal.get('/api/authorize-url', getOnly, apiLimit, loginLimit, authorizeUrl(services));
  personal.get('/api/session', apiLimit, session, whoIsSignedIn());
  personal.get('/api/guilds', apiLimit, session, guilds(services));
  personal.get('/api/sessions', apiLimit, session, sessions(services));
  personal.delete('/api/sessions/:id', apiLimit, session, endSession(services));
  personal.post('/api/logout', apiLimit, session, logout(services));
  personal.post('/api/logout-everywhere', apiLimit, session, logoutEverywhere(services));
  app.use(personal.routes()).use(personal.allowedMethods());

  app.use(parts.pages);
}

/** The router runs GET handlers for HEAD; a link preview must not start a login or use one up. */
const getOnly: Middleware = async function getOnly(ctx, next) {
  if (ctx.method !== 'GET')
    throw new ApiError(405, 'method_not_allowed', `${ctx.method} is not possible here.`, {
      headers: { allow: 'GET' },
    });
  await next();
};
