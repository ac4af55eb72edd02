/** The BFF as a running server: opens what it needs, listens, and closes in order. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Koa from 'koa';
import { createSessions } from './accounts/sessions.ts';
import { inviteUrl } from '../shared/discord.ts';
import { mount } from './app.ts';
import { connectBot } from './bots/link.ts';
import { createUserGuilds } from './discord/user-guilds.ts';
import type { Config } from './env.ts';
import { jsonType } from './http/answer.ts';
import { answerClientErrors } from './http/client-errors.ts';
import {
  type ConnectionLimits,
  defaultConnectionLimits,
  guardConnections,
} from './http/connections.ts';
import type { State } from './http/context.ts';
import { createCookies } from './http/cookies.ts';
import type { StreamLimits } from './http/event-streams.ts';
import { createBotFacts } from './http/bot-facts.ts';
import { fromMemory } from './http/from-memory.ts';
import { pages, type PagesOptions } from './http/pages.ts';
import { createRequestCounter } from './http/rate-limit.ts';
import { createRequestLines } from './http/request-log.ts';
import { contentSecurityPolicy, pageHeaders, securityHeaders } from './http/security-headers.ts';
import { createSessionMiddleware } from './http/session.ts';
import type { Log } from './log.ts';
import { createOutbound } from './outbound.ts';
import { createAccessTokens } from './providers/access-tokens.ts';
import { createDiscord } from './providers/discord.ts';
import { createGrants } from './providers/grants.ts';
import { createLogins } from './providers/logins.ts';
import { createRevocations } from './providers/revocations.ts';
import { createStoreSignIn } from './providers/sign-in.ts';
import { createUserApi } from './providers/user-api.ts';
import { presentBot } from './routes/bot.ts';
import { createEvents } from './routes/events.ts';
import { createGuildCountBody } from './routes/guild-count.ts';
import { createGuildsAnswers } from './routes/guilds-answer.ts';
import { openStorage } from './storage/database.ts';
import { createSeal } from './storage/seal.ts';

const webDirectory = path.resolve(import.meta.dirname, '../web/dist');

/** How long requests in flight may take to end when the server is told to stop. */
const shutdownPatienceMs = 5_000;
const sweepMs = 60_000;

/** What one client, and all of them together, may ask for. */
export type Limits = {
  /** Of each client network, in a minute. */
  loginsPerMinute: number;
  requestsPerMinute: number;
  streams: StreamLimits;
  connections: ConnectionLimits;
};

/** Generous for people behind one address, a wall for scripts. */
export const defaultLimits: Limits = {
  loginsPerMinute: 300,
  requestsPerMinute: 6_000,
  streams: { perNetwork: 50, inAll: 2_000 },
  connections: defaultConnectionLimits,
};

/** A running BFF. `port` is the one it got when 0 was asked for. */
export type RunningServer = { port: number; close(): Promise<void> };

/**
 * Starts the BFF. Resolves when it listens; the bot need not be there.
 * @throws {ConfigError} when the storage named by the configuration can't be used
 */
export async function startServer(
  config: Config,
  log: Log,
  limits: Limits = defaultLimits,
): Promise<RunningServer> {
  const app = new Koa<State>();
  // Koa would print it to the console, query and all.
  app.silent = true;
  app.on('error', (error: NodeJS.ErrnoException) => {
    if (!clientHungUp.has(error.code ?? ''))
      log.error({ event: 'failure', err: error }, 'an answer could not be sent');
  });

  const storage = await openStorage(config.databaseFile);
  const { database } = storage;
  const seal = createSeal(config.sessionSecrets);
  const outbound = createOutbound({ timeoutMs: config.outboundTimeoutMs });
  const users = createUserApi(config, outbound);
  const discord = createDiscord(config, outbound, users);
  const sessions = createSessions(database, seal, log, config);
  const grants = createGrants(database, seal);
  const logins = createLogins(database, seal, config);
  const revocations = createRevocations(database, grants, sessions, discord, log, config);
  const accessTokens = createAccessTokens(
    database,
    discord,
    grants,
    sessions,
    revocations,
    log,
    config,
  );
  const cookies = createCookies(config);
  const { session, signIn } = createSessionMiddleware(app, cookies, {
    read: sessions.read,
    insert: createStoreSignIn(database, sessions, grants, revocations),
  });
  const botLink = connectBot(config.botSocket, log);
  const countBody = createGuildCountBody(botLink);
  const hops = config.trustedProxyHops;
  const events = createEvents(
    { bot: botLink, body: countBody, sessions, cookies, log },
    { limits: limits.streams, hops, publicUrl: config.publicUrl },
  );
  const callbacks = new Set<Promise<void>>();

  const server = createServer({
    headersTimeout: 10_000,
    requestTimeout: 20_000,
    connectionsCheckingInterval: 2_000,
    // Ours to answer, so that the answer has our headers.
    requireHostHeader: false,
  });
  const connections = guardConnections(server, {
    isBehindProxy: hops > 0,
    limits: limits.connections,
  });
  const apiHeaders: [string, string][] = [
    ...securityHeaders(config),
    ['cache-control', 'no-store'],
  ];
  answerClientErrors(server, connections, apiHeaders);
  const calls = createRequestCounter(limits.requestsPerMinute, hops);
  const writeLine = createRequestLines(log, hops);
  mount(app, {
    config,
    log,
    writeLine,
    database,
    connections,
    calls,
    loginsBegun: createRequestCounter(limits.loginsPerMinute, hops),
    outbound,
    botLink,
    countBody,
    events,
    cookies,
    session,
    signIn,
    sessions,
    discord,
    grants,
    logins,
    revocations,
    userGuilds: createUserGuilds(users, accessTokens),
    guildsAnswers: createGuildsAnswers(config, botLink),
    follow(work) {
      callbacks.add(work);
      void work.catch(() => {}).finally(() => callbacks.delete(work));
    },
    pages: await pages(
      pagesOptions(
        config,
        createBotFacts(botLink.state, (identity) => presentBot(identity, config)),
      ),
    ),
  });
  const countFromMemory = fromMemory(
    {
      url: '/api/guild-count',
      body: countBody.read,
      headers: [...apiHeaders, ['content-type', jsonType]],
    },
    { count: calls, writeLine },
    app.callback(),
  );
  server.on('request', connections.guard(countFromMemory));

  const sweep = setInterval(() => {
    void Promise.all([
      sessions.removeExpired(),
      logins.removeExpired(),
      grants.removeUnused(),
      revocations.removeOld(),
    ])
      .then(storage.tidy)
      .catch((error: unknown) =>
        log.error({ event: 'failure', err: error }, 'what has run out could not be removed'),
      );
  }, sweepMs);
  sweep.unref();

  async function closeParts(): Promise<void> {
    clearInterval(sweep);
    events.close();
    // Tokens on their way exist nowhere else yet. Each of these has a deadline of its own.
    await Promise.allSettled(callbacks);
    await accessTokens.settled();
    await revocations.settled();
    await botLink.close();
    await database.destroy();
  }

  try {
    await listen(server, config.port, config.host);
  } catch (error) {
    await closeParts();
    throw error;
  }

  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      events.close();
      server.closeIdleConnections();
      await Promise.race([closed, sleep(shutdownPatienceMs, undefined, { ref: false })]);
      server.closeAllConnections();
      await closeParts();
    },
  };
}

/** How an answer ends when its client hangs up, which is no failure of ours. */
const clientHungUp = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

/** What the pages need of the configuration. */
function pagesOptions(config: Config, facts: PagesOptions['facts']): PagesOptions {
  return {
    directory: webDirectory,
    publicUrl: config.publicUrl,
    accentColor: config.accentColor,
    inviteUrl: inviteUrl(config.authorizeUrl, config.clientId),
    site: {
      name: config.siteName ?? null,
      support_url: config.supportUrl ?? null,
      privacy_url: config.privacyUrl ?? null,
      terms_url: config.termsUrl ?? null,
    },
    retention: {
      login: config.loginTtlMs / 1000,
      session_idle: config.sessionIdleMs / 1000,
      session_max: config.sessionMaxMs / 1000,
    },
    facts,
    headers: (styles) => ({
      ...pageHeaders,
      'content-security-policy': contentSecurityPolicy(config, styles),
    }),
  };
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
