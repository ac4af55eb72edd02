/** How fast the BFF answers, beside Koa with less around it, and whether it slows down as the bot's servers grow. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../harness/ports.ts';
import { people, TestDiscord } from '../harness/discord.ts';
import { Stack } from '../harness/stack.ts';
import { Visitor } from '../harness/visitor.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { requestsPerSecond } from './http-load.ts';
import { type BenchRow, compare } from './row.ts';

const rounds = 9;
const durationMs = 700;
const connections = 64;
const root = path.resolve(import.meta.dirname, '../..');

/** A BFF, its bot and its Discord, each a process of its own, and a person in 100 servers who is signed in. */
type World = {
  url: string;
  visitor: Visitor;
  cookie: string;
  close(): Promise<void>;
};

/** All rows of the HTTP side. */
export async function benchHttp(): Promise<BenchRow[]> {
  const small = await openWorld(100);
  const large = await openWorld(10_000);
  const references: ChildProcess[] = [];
  try {
    const count = await small.visitor.get('/api/guild-count');
    const guilds = await small.visitor.api('/api/guilds');
    const session = await small.visitor.api('/api/session');
    const bareCount = await startReference('bare-koa.ts', count.body, references);
    const bareGuilds = await startReference('bare-koa.ts', guilds.body, references);
    const withSession = await startReference('koa-session.ts', session.body, references);
    const stranger = new Visitor(withSession);
    await stranger.get('/sign-in');

    const signedIn = (world: World): Record<string, string> => ({
      cookie: world.cookie,
      'x-csrf': '1',
    });
    const load =
      (url: string, headers: Record<string, string> = {}) =>
      () =>
        requestsPerSecond({ url, headers, connections, durationMs });

    return [
      await compare(
        {
          name: 'GET /api/guild-count / bare Koa, same bytes',
          unit: 'requests/s',
          goal: 0.75,
          rounds,
        },
        load(`${small.url}/api/guild-count`),
        load(`${bareCount}/`),
      ),
      await compare(
        {
          name: 'GET /api/session / Koa + koa-session in a Map',
          unit: 'requests/s',
          goal: 1.2,
          rounds,
        },
        load(`${small.url}/api/session`, signedIn(small)),
        load(`${withSession}/`, { cookie: cookieHeader(stranger) }),
      ),
      await compare(
        {
          name: 'GET /api/guilds, 100 servers / bare Koa, same bytes',
          unit: 'requests/s',
          goal: 1.5,
          rounds,
        },
        load(`${small.url}/api/guilds`, signedIn(small)),
        load(`${bareGuilds}/`),
      ),
      await compare(
        {
          name: 'GET /api/guild-count, bot in 10,000 / in 100',
          unit: 'requests/s',
          goal: 1 / 1.1,
          rounds,
        },
        load(`${large.url}/api/guild-count`),
        load(`${small.url}/api/guild-count`),
      ),
      await compare(
        {
          name: 'GET /api/guilds, bot in 10,000 / in 100',
          unit: 'requests/s',
          goal: 1 / 1.1,
          rounds,
        },
        load(`${large.url}/api/guilds`, signedIn(large)),
        load(`${small.url}/api/guilds`, signedIn(small)),
      ),
    ];
  } finally {
    for (const reference of references) reference.kill();
    await small.close();
    await large.close();
  }
}

async function openWorld(guilds: number): Promise<World> {
  const directory = mkdtempSync(path.join(tmpdir(), 'guildhall-bench-'));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const sandbox = await startSandbox({
    port: 0,
    redirectUris: [`${url}/discord/callback`],
    guilds,
  });
  const discord = new TestDiscord(sandbox);
  for (let each = 0; each < 100; each += 1)
    await discord.control('POST', '/guilds', {
      name: `서버 ${each}`,
      owner_id: people.newcomer.id,
      bot: false,
    });

  const environment = {
    ...process.env,
    ...discord.environment,
    DATA_DIR: directory,
    PORT: String(port),
  };
  const bot = start('bot/main.ts', [], environment);
  const bff = start('test/bench/servers/bff.ts', [], environment);
  const visitor = new Visitor(url);
  await until(async () => {
    const answer = await visitor.get('/api/guild-count');
    return answer.status === 200 && answer.data<{ guild_count: number }>().guild_count === guilds;
  });
  // The sign-in is a test's own; only its cookie is taken along.
  const stack = new Stack(discord, {
    url,
    config: {} as never,
    log: [],
    close: async () => undefined,
  });
  await stack.signIn(visitor, people.newcomer.id);
  const answer = await visitor.api('/api/guilds');
  if (answer.data<{ guilds: unknown[] }>().guilds.length !== 100)
    throw new Error('the person should be in 100 servers');
  return {
    url,
    visitor,
    cookie: cookieHeader(visitor),
    async close() {
      bot.kill();
      bff.kill();
      await sandbox.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function startReference(
  file: string,
  body: string,
  running: ChildProcess[],
): Promise<string> {
  const port = await freePort();
  running.push(
    start(
      `test/bench/servers/${file}`,
      [String(port), Buffer.from(body).toString('base64')],
      process.env,
    ),
  );
  const url = `http://localhost:${port}`;
  await until(async () => (await new Visitor(url).get('/sign-in')).status === 200);
  return url;
}

/** Starts a process whose log goes nowhere, as if to a file nobody reads. */
function start(file: string, args: string[], environment: NodeJS.ProcessEnv): ChildProcess {
  const nowhere = openSync('/dev/null', 'w');
  const child = spawn(process.execPath, [file, ...args], {
    cwd: root,
    env: environment,
    stdio: ['ignore', nowhere, 'inherit'],
  });
  closeSync(nowhere);
  return child;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > deadline) throw new Error('it did not come to be within a minute');
    await sleep(100);
  }
}

function cookieHeader(visitor: Visitor): string {
  return [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
}
