/** The BFF's table of contents: what a request passes through, and where each address is answered. */
import { Router } from '@koa/router';
import type { DefaultContext } from 'koa';
import type Koa from 'koa';
import type { State } from './context.ts';
import { ApiError } from './errors.ts';
import { bodyLimit } from './middlewares/body-limit.ts';
import { failures, noSuchRoute } from './middlewares/failures.ts';
import { noStore } from './middlewares/no-store.ts';
import { ownPagesOnly } from './middlewares/own-pages-only.ts';
import { rateLimit } from './middlewares/rate-limit.ts';
import { requestLog } from './middlewares/request-log.ts';
import { setSecurityHeaders } from './middlewares/security-headers.ts';
import type { Middleware } from './context.ts';
import { bot, botAvatar } from './routes/bot.ts';
import { callback } from './routes/callback.ts';
import type { Events } from './routes/events.ts';
import { guildCount, type GuildCountBody } from './routes/guild-count.ts';
import { guilds } from './routes/guilds.ts';
import { healthz, readyz } from './routes/health.ts';
import { authorizeUrl, login } from './routes/login.ts';
import { redirectToDashboard } from './routes/redirect-to-dashboard.ts';
import { session } from './routes/session.ts';
import { endSession, logout, logoutEverywhere, sessions } from './routes/sessions.ts';
import type { Services } from './services.ts';

/** How often one client network may ask, in a minute. */
export type RequestLimits = { loginsPerMinute: number; apiPerMinute: number };

/** Mounts everything on `app`. `pages` serves what is no address of ours. */
export function mount(
  app: Koa<State, DefaultContext>,
  services: Services,
  parts: { countBody: GuildCountBody; events: Events; pages: Middleware; limits: RequestLimits },
): void {
  const { config, cookies, log, sessionMiddleware } = services;
  const hops = config.trustedProxyHops;
  const loginLimit = rateLimit({
    perMinute: parts.limits.loginsPerMinute,
    hops,
    tooMany: (ctx) => redirectToDashboard(ctx, config, 'rate_limited'),
  });

  app.use(requestLog(log));
  app.use(setSecurityHeaders(config));
  app.use(failures());
  app.use(noStore());
  app.use(noSuchRoute());
  app.use(cookies.trustPublicUrl);
  app.use(bodyLimit());

  const health = new Router<State, DefaultContext>();
  health.get('/healthz', healthz());
  health.get('/readyz', readyz(services));
  app.use(health.routes());

  const loginRoutes = new Router<State, DefaultContext>({ prefix: '/discord' });
  loginRoutes.use(loginLimit);
  loginRoutes.get('/login', getOnly, login(services));
  loginRoutes.get('/callback', getOnly, callback(services));
  app.use(loginRoutes.routes()).use(loginRoutes.allowedMethods());

  // Anybody may read these, on any page: no session is looked at.
  const publicRoutes = new Router<State, DefaultContext>({ prefix: '/api' });
  publicRoutes.use(rateLimit({ perMinute: parts.limits.apiPerMinute, hops }));
  publicRoutes.get('/guild-count', guildCount(parts.countBody));
  publicRoutes.get('/events', parts.events.route);
  publicRoutes.get('/bot', bot(services));
  publicRoutes.get('/bot/avatar', botAvatar(services));
  app.use(publicRoutes.routes()).use(publicRoutes.allowedMethods());

  const personal = new Router<State, DefaultContext>({ prefix: '/api' });
  personal.use(rateLimit({ perMinute: parts.limits.apiPerMinute, hops }));
  personal.get('/authorize-url', authorizeUrl(services));
  personal.use(sessionMiddleware);
  personal.get('/session', session());
  personal.get('/guilds', guilds(services));
  personal.get('/sessions', sessions(services));
  personal.delete('/sessions/:id', endSession(services));
  personal.post('/logout', logout(services));
  personal.post('/logout-everywhere', logoutEverywhere(services));
  app.use(ownPagesOnly(config.publicUrl, cookies));
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
