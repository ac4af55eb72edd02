/** The BFF as a running server: opens what it needs, listens, and closes in order. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Koa from 'koa';
import { inviteUrl } from '../shared/discord.ts';
import { mount } from './app.ts';
import type { State } from './context.ts';
import type { Config } from './env.ts';
import { fromMemory } from './from-memory.ts';
import { createBotFacts } from './http/bot-facts.ts';
import { pages, type PagesOptions } from './http/pages.ts';
import type { Log } from './log.ts';
import { createRequestCounter } from './middlewares/rate-limit.ts';
import {
  apiHeaders,
  contentSecurityPolicy,
  pageHeaders,
  securityHeaders,
} from './middlewares/security-headers.ts';
import { presentBot } from './routes/bot.ts';
import { createEvents, type StreamLimits } from './routes/events.ts';
import { createGuildCountBody } from './routes/guild-count.ts';
import { openServices } from './services.ts';
import { createCookieSignatures } from './sessions/cookie-signatures.ts';
import { cookieKeys } from './sessions/seal.ts';

const webDirectory = path.resolve(import.meta.dirname, '../web/dist');

/** How long requests in flight may take to end when the server is told to stop. */
const shutdownPatienceMs = 5_000;
const sweepMs = 60_000;

/** What one client, and all of them together, may ask for. */
export type Limits = {
  /** Of each client network, in a minute. */
  loginsPerMinute: number;
  apiPerMinute: number;
  streams: StreamLimits;
};

/** Generous for people behind one address, a wall for scripts. */
export const defaultLimits: Limits = {
  loginsPerMinute: 300,
  apiPerMinute: 6_000,
  streams: { perNetwork: 50, inAll: 2_000 },
};

/** A running BFF. `port` is the one it got when 0 was asked for. */
export type RunningServer = { port: number; close(): Promise<void> };

/** Starts the BFF. Resolves when it listens; the bot need not be there. */
export async function startServer(
  config: Config,
  log: Log,
  limits: Limits = defaultLimits,
): Promise<RunningServer> {
  const app = new Koa<State>();
  // Koa's types know a list of strings only, which would be signed with SHA-1.
  app.keys = createCookieSignatures(cookieKeys(config.sessionSecrets)) as unknown as string[];
  // Koa would print it to the console, query and all.
  app.silent = true;
  app.on('error', (error: NodeJS.ErrnoException) => {
    // A client that hangs up in the middle of an answer is no failure of ours.
    if (
      error.code !== 'ECONNRESET' &&
      error.code !== 'EPIPE' &&
      error.code !== 'ERR_STREAM_PREMATURE_CLOSE'
    )
      log.error({ event: 'failure', err: error }, 'an answer could not be sent');
  });

  const services = await openServices(config, log, app);
  const countBody = createGuildCountBody(services.bot);
  const events = createEvents(services.bot, countBody, limits.streams, config.trustedProxyHops);
  const hops = config.trustedProxyHops;
  const calls = createRequestCounter(limits.apiPerMinute, hops);
  mount(app, services, {
    logins: createRequestCounter(limits.loginsPerMinute, hops),
    calls,
    countBody,
    events,
    pages: await pages(
      pagesOptions(
        config,
        createBotFacts(services.bot.state, (identity) => presentBot(identity, config)),
      ),
    ),
  });
  const listener = fromMemory(
    {
      url: '/api/guild-count',
      ready: countBody.ready,
      headers: apiHeaders(config),
      count: calls,
      log,
    },
    app.callback(),
  );

  const sweep = setInterval(() => {
    Promise.all([services.sessions.removeExpired(), services.logins.removeExpired()]).catch(
      (error: unknown) =>
        log.error({ event: 'failure', err: error }, 'what has run out could not be removed'),
    );
  }, sweepMs);
  sweep.unref();

  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 20_000, connectionsCheckingInterval: 2_000 },
    listener,
  );
  answerClientErrors(server, config);
  try {
    await listen(server, config.port, config.host);
  } catch (error) {
    clearInterval(sweep);
    events.close();
    await services.bot.close();
    await services.database.destroy();
    throw error;
  }

  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      clearInterval(sweep);
      const closed = new Promise((resolve) => server.close(resolve));
      events.close();
      server.closeIdleConnections();
      await Promise.race([closed, sleep(shutdownPatienceMs, undefined, { ref: false })]);
      server.closeAllConnections();
      // A refresh under way holds tokens that exist nowhere else yet; it has a deadline of its own.
      await services.accessTokens.settled();
      await services.ending.settled();
      await services.bot.close();
      await services.database.destroy();
    },
  };
}

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

/** Node answers what it cannot parse with a bare status line; ours says what it is, and that nobody may keep it. */
function answerClientErrors(server: Server, config: Config): void {
  const headers = [...securityHeaders(config), ['cache-control', 'no-store']];
  const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  // RFC 9110 §10.1.1; Node alone would answer without our headers.
  server.on('checkExpectation', (_request, response: ServerResponse) => {
    for (const [name = '', value = ''] of headers) response.setHeader(name, value);
    response.writeHead(417).end();
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const status =
      error.code === 'HPE_HEADER_OVERFLOW'
        ? '431 Request Header Fields Too Large'
        : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
          ? '408 Request Timeout'
          : '400 Bad Request';
    socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n${head}\r\n`);
  });
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
