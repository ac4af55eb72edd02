/** Starting, stopping and surviving, as whoever runs it lives through it: real processes, their log and their exit codes. */
import { createServer } from 'node:http';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  freePorts,
  listProcesses,
  type PartName,
  type Product,
  startProduct,
} from '../harness/processes.ts';
import { Visitor } from '../harness/visitor.ts';

/** EX_CONFIG of sysexits.h: starting again would not help. */
const misconfigured = 78;

/** Starts the product for the running test. What the test does not end itself is ended after it. */
async function start(environment: Record<string, string> = {}): Promise<Product> {
  const product = await startProduct(environment);
  onTestFinished(() => product.discard());
  return product;
}

async function guildCount(product: Product): Promise<number | undefined> {
  const response = await fetch(`${product.url}/api/guild-count`, { headers: { 'x-csrf': '1' } });
  const { data } = (await response.json()) as { data?: { guild_count: number; stale: boolean } };
  return data?.stale === false ? data.guild_count : undefined;
}

test('one line says where to look and that this is the sandbox, within seconds of the start', async () => {
  const startedAt = Date.now();
  const product = await start();
  await product.ready();
  expect(Date.now() - startedAt).toBeLessThan(10_000);
  const lines = product.log.split('\n').filter((line) => line.includes('Guildhall is at'));
  expect(lines).toEqual([expect.stringContaining(`Guildhall is at ${product.url} `)]);
  expect(lines[0]).toContain('sandbox');
  expect(lines[0]).toContain('no credentials are set');
  expect(await guildCount(product)).toBe(await product.countAtDiscord());
  await product.stop();
});

test.each([
  ['SIGINT', 'group', 'Ctrl-C in a terminal'],
  ['SIGINT', 'launcher', 'an interrupt of start.ts alone'],
  ['SIGTERM', 'launcher', 'a service manager that stops start.ts'],
] as const)('%s to the %s (%s) leaves no process and no socket', async (signal, to, _situation) => {
  const product = await start();
  await product.ready();
  expect(product.processes().length).toBe(4);
  expect(product.sockets()).toEqual(['bot.sock']);
  product.signal(signal, to);
  expect(await product.ended).toBe(0);
  expect(product.processes()).toEqual([]);
  expect(product.sockets()).toEqual([]);
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s to npm alone ends all that npm start started',
  async (signal) => {
    const [port, sandboxPort] = await freePorts();
    const directory = await mkdtemp(path.join(tmpdir(), 'guildhall-'));
    // Without the scripts before it: they build pages that other tests are looking at.
    const npm = spawn('npm', ['start', '--ignore-scripts'], {
      cwd: path.resolve(import.meta.dirname, '../..'),
      env: {
        PATH: process.env.PATH,
        HOME: directory,
        PORT: port,
        SANDBOX_PORT: sandboxPort,
        DATA_DIR: directory,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    const { pid = 0 } = npm;
    const left = () => listProcesses().filter(({ group }) => group === pid);
    onTestFinished(async () => {
      if (left().length > 0) process.kill(-pid, 'SIGKILL');
      await rm(directory, { recursive: true, force: true });
    });
    let log = '';
    npm.stdout.on('data', (chunk: Buffer) => (log += chunk.toString()));
    await expect.poll(() => log).toContain('Guildhall is at');
    npm.kill(signal);
    await expect.poll(() => left().length).toBe(0);
  },
);

test('Ctrl-C while it is still starting leaves nothing either', async () => {
  const product = await start();
  await product.until('the first process runs', () => product.processes().length > 1);
  product.signal('SIGINT', 'group');
  await product.ended;
  expect(product.processes()).toEqual([]);
  expect(product.sockets()).toEqual([]);
});

test('a part that is killed comes back, and the others live on', async () => {
  const product = await start();
  await product.ready();
  const parts: PartName[] = ['bot', 'bff', 'sandbox'];
  for (const killed of parts) {
    const before = Object.fromEntries(parts.map((part) => [part, product.pid(part)]));
    product.kill(killed);
    await product.until(`${killed} is back`, async () => {
      const pid = product.pid(killed);
      if (pid === null || pid === before[killed]) return false;
      return await guildCount(product).then(
        (count) => count !== undefined,
        () => false, // The BFF itself is on its way.
      );
    });
    const after = Object.fromEntries(parts.map((part) => [part, product.pid(part)]));
    expect(after).toEqual({ ...before, [killed]: expect.any(Number) });
    expect(product.log).toContain(`${killed} ended (SIGKILL); it is started again in 1 s`);
  }
  await product.stop();
});

test('the secret and the socket are for their owner only', async () => {
  const product = await start();
  await product.ready();
  const mode = async (file: string) =>
    ((await stat(path.join(product.directory, 'data', file))).mode & 0o777).toString(8);
  expect(await mode('session-secret')).toBe('600');
  expect(await mode('run')).toBe('700');
  expect(await mode('run/bot.sock')).toBe('600');
  await product.stop();
});

test.each([
  [['DISCORD_CLIENT_ID'], ['DISCORD_CLIENT_SECRET', 'DISCORD_BOT_TOKEN']],
  [['DISCORD_CLIENT_SECRET', 'DISCORD_BOT_TOKEN'], ['DISCORD_CLIENT_ID']],
])('with %j alone it refuses to start and names the missing', async (given, missing) => {
  const product = await start(Object.fromEntries(given.map((name) => [name, '1234567'])));
  expect(await product.ended).toBe(misconfigured);
  for (const name of missing) expect(product.log).toContain(`${name} is missing`);
  for (const name of given) expect(product.log).not.toContain(`${name} is missing`);
  expect(product.log).not.toContain('1234567');
  expect(product.log).not.toContain('Guildhall is at');
});

test('every variable that is wrong is named, and nothing is left running', async () => {
  const wrong = {
    PORT: 'http',
    PUBLIC_URL: 'http://dashboard.example',
    SESSION_SECRET: 'short',
    SESSION_IDLE_SECONDS: 'never',
    TRUSTED_PROXY_HOPS: '-1',
    OUTBOUND_TIMEOUT_MS: '1',
  };
  const product = await start(wrong);
  expect(await product.ended).toBe(misconfigured);
  for (const name of Object.keys(wrong)) expect(product.log).toContain(`- ${name} `);
  expect(product.log).not.toMatch(/^ +at /m);
  expect(product.processes()).toEqual([]);
});

test('a variable that several parts read is named too', async () => {
  const product = await start({ LOG_LEVEL: 'loud' });
  expect(await product.ended).toBe(misconfigured);
  expect(product.log).toContain('LOG_LEVEL must be one of fatal, error, warn');
  expect(product.processes()).toEqual([]);
});

test.each(['PORT', 'SANDBOX_PORT'])('a %s that is taken is named in one sentence', async (name) => {
  // It even answers as we would.
  const other = createServer((_, response) => response.end('{}'));
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const port = String((other.address() as { port: number }).port);
  const product = await start({ [name]: port });
  expect(await product.ended).toBe(misconfigured);
  expect(product.log.trim().split('\n')).toEqual([
    'Guildhall cannot start:',
    `  - ${name} ${port} is taken by another program; end that one or set ${name} to another port`,
  ]);
  expect(product.processes()).toEqual([]);
});

test('pointed at another Discord by environment alone, it starts no sandbox and works there', async () => {
  const elsewhere = await start();
  await elsewhere.ready();
  await elsewhere.sandbox('POST', '/guilds', { bot: true });
  const product = await start({
    DISCORD_CLIENT_ID: '1100000000000000001',
    DISCORD_CLIENT_SECRET: 'sandbox-client-secret',
    DISCORD_BOT_TOKEN: 'MTEwMDAwMDAwMDAwMDAwMDAwMQ.sandbox.bot-token',
    DISCORD_AUTHORIZE_URL: `${elsewhere.sandboxUrl}/oauth2/authorize?integration_type=0`,
    DISCORD_API_URL: `${elsewhere.sandboxUrl}/api`,
    DISCORD_CDN_URL: `${elsewhere.sandboxUrl}/cdn`,
  });
  await product.ready();
  expect(await guildCount(product)).toBe(await elsewhere.countAtDiscord());
  expect(product.pid('sandbox')).toBeNull();
  // The doctor looks in once, and goes.
  await product.until('three processes run', () => product.processes().length === 3);
  expect(product.log).not.toContain('sandbox instead of Discord');
  const { location } = await new Visitor(product.url).get('/discord/login');
  const authorizeUrl = new URL(location);
  expect(authorizeUrl.origin).toBe(elsewhere.sandboxUrl);
  expect(authorizeUrl.searchParams.get('integration_type')).toBe('0');
  expect(authorizeUrl.searchParams.get('redirect_uri')).toBe(`${product.url}/discord/callback`);
  await product.stop();
  await elsewhere.stop();
});
