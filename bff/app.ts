/** The BFF's table of contents: what a request passes through, and where each address is answered. */
import { Router } from '@koa/router';
import type Koa from 'koa';
import type { DefaultContext } from 'koa';
import type { Sessions } from './accounts/sessions.ts';
import type { BotLink } from './bots/link.ts';
import type { UserGuilds } from './discord/user-guilds.ts';
import type { Config } from './env.ts';
import { bodyLimit } from './http/body-limit.ts';
import type { Connections } from './http/connections.ts';
import type { Middleware, State } from './http/context.ts';
import { failures, noSuchRoute } from './http/failures.ts';
import { getOnly } from './http/get-only.ts';
import { loginFailures } from './http/login-failures.ts';
import { loopbackHost } from './http/loopback-host.ts';
import { noStore } from './http/no-store.ts';
import { oneHost } from './http/one-host.ts';
import { noOtherSite, ownPagesOnly } from './http/own-pages-only.ts';
import { rateLimit, type RequestCounter } from './http/rate-limit.ts';
import { readableTarget } from './http/readable-target.ts';
import { requestLog, type WriteRequestLine } from './http/request-log.ts';
import { setSecurityHeaders } from './http/security-headers.ts';
import { signedIn } from './http/signed-in.ts';
import { topLevelOnly } from './http/top-level-only.ts';
import type { Log } from './log.ts';
import type { Outbound } from './outbound.ts';
import { bot, botAvatar } from './routes/bot.ts';
import { callback, type LoginFinish } from './routes/callback.ts';
import type { Events } from './routes/events.ts';
import { guildCount, type GuildCountBody } from './routes/guild-count.ts';
import type { GuildsAnswers } from './routes/guilds-answer.ts';
import { guilds } from './routes/guilds.ts';
import { healthz, readyz } from './routes/health.ts';
import { authorizeUrl, login } from './routes/login.ts';
import { currentSession } from './routes/session.ts';
import { endSession, listSessions, logout, logoutEverywhere } from './routes/sessions.ts';
import type { Database } from './storage/database.ts';

/** What the routes are mounted with. `calls` counts every request, `logins` those that begin one. */
export type Parts = LoginFinish & {
  config: Config;
  log: Log;
  writeLine: WriteRequestLine;
  database: Database;
  connections: Connections;
  calls: RequestCounter;
  loginsBegun: RequestCounter;
  outbound: Outbound;
  botLink: BotLink;
  countBody: GuildCountBody;
  events: Events;
  sessions: Sessions;
  session: Middleware;
  userGuilds: UserGuilds;
  guildsAnswers: GuildsAnswers;
  pages: Middleware;
};

/** Mounts everything on `app`. */
export function mount(app: Koa<State, DefaultContext>, parts: Parts): void {
  const { config, cookies, session, sessions, userGuilds } = parts;
  const failToDashboard = loginFailures(config);
  const loginLimit = rateLimit(parts.loginsBegun);
  const ownPages = ownPagesOnly(config.publicUrl, cookies);
  const ownSite = noOtherSite(config.publicUrl);

  app.use(requestLog(parts.log, parts.writeLine));
  app.use(setSecurityHeaders(config));
  app.use(failures());
  app.use(readableTarget);
  app.use(noStore());
  app.use(noSuchRoute());
  app.use(rateLimit(parts.calls, { except: '/healthz' }));
  app.use(oneHost);
  app.use(cookies.trustPublicUrl);
  app.use(bodyLimit());
  app.use(loopbackHost(config));

  const router = new Router<State, DefaultContext>();
  // Anybody may ask these, on any page: no session is looked at.
  router.get('/healthz', healthz);
  router.get('/readyz', readyz(parts.database, parts.botLink));
  router.get('/discord/login', getOnly, topLevelOnly, failToDashboard, loginLimit, login(parts));
  router.get('/discord/callback', getOnly, failToDashboard, callback(parts));
  router.get('/api/guild-count', guildCount(parts.countBody));
  router.get('/api/events', parts.events.route(parts.connections));
  router.get('/api/bot', bot(parts.botLink, config));
  router.get('/api/bot/avatar', botAvatar(parts.botLink, config, parts.outbound));

  // These are about a person, and for our own pages only.
  router.get('/api/authorize-url', ownPages, getOnly, ownSite, loginLimit, authorizeUrl(parts));
  router.get('/api/session', ownPages, session, currentSession);
  router.get(
    '/api/guilds',
    ownPages,
    session,
    signedIn,
    guilds(userGuilds, parts.guildsAnswers, cookies),
  );
  router.get('/api/sessions', ownPages, session, signedIn, listSessions(sessions));
  router.delete('/api/sessions/:id', ownPages, session, signedIn, endSession(sessions, parts));
  router.post('/api/logout', ownPages, session, logout(parts));
  router.post('/api/logout-everywhere', ownPages, session, signedIn, logoutEverywhere(parts));
  app.use(router.routes()).use(router.allowedMethods());

  app.use(parts.pages);
}
