import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { clearSocketPath } from '../../../bot/socket-path.ts';
import { openSocket } from './bot-client.ts';
import { makeDataDir, startBot } from './bot-process.ts';

const mode = (path: string) => (lstatSync(path).mode & 0o777).toString(8);

test.each(['022', '000', '077'])(
  'IP-01 under umask %s the directory is 0700 and the socket 0600',
  async (umask) => {
    const bot = startBot({ umask });
    await bot.logged('listening');
    expect(mode(dirname(bot.socketPath))).toBe('700');
    expect(mode(bot.socketPath)).toBe('600');
  },
);

test('IP-01 a directory that others can enter is refused, with the command that closes it', async () => {
  const dataDir = makeDataDir();
  const run = join(dataDir, 'run');
  mkdirSync(run);
  chmodSync(run, 0o755);
  const bot = startBot({ dataDir });
  await expect(bot.exited).resolves.toBe(78);
  expect(bot.logs.map(({ msg }) => msg)).toEqual([
    `BOT_SOCKET: ${run} is open to other users (mode 0755). Close it: chmod 700 ${run}`,
  ]);
  expect(mode(run)).toBe('755');
});

test.each([
  ['a file stands in the way', (dataDir: string) => writeFileSync(join(dataDir, 'run'), '')],
  ['DATA_DIR is a file', (dataDir: string) => writeFileSync(join(dataDir, 'data'), ''), 'data'],
  ['DATA_DIR is where no directory can be made', () => {}, '/proc/nope'],
  ['DATA_DIR is a link to nowhere', (dataDir: string) => symlinkSync('x', join(dataDir, 'l')), 'l'],
])(
  'a socket that cannot be had is a sentence with the variable and the cure, and no stack (%s)',
  async (_why, spoil, data = '.') => {
    const dataDir = makeDataDir();
    spoil(dataDir);
    const bot = startBot({ dataDir, env: { DATA_DIR: data } });
    await expect(bot.exited).resolves.toBe(78);
    expect(bot.logs).toHaveLength(1);
    expect(bot.logs[0]?.msg).toMatch(/^BOT_SOCKET.*run.*[Ss]et BOT_SOCKET/);
    expect(bot.output.stderr).toBe(`The bot cannot go on:\n  - ${bot.logs[0]?.msg}\n`);
  },
);

test('IP-01 a link in the place of the directory is refused', async () => {
  const dataDir = makeDataDir();
  const elsewhere = makeDataDir();
  symlinkSync(elsewhere, join(dataDir, 'run'));
  const bot = startBot({ dataDir });
  await expect(bot.exited).resolves.toBe(78);
  expect(bot.logs.at(-1)?.msg).toContain('is not a directory, or only a link to one');
});

test('IP-02 the socket of a killed bot is replaced', async () => {
  const dataDir = makeDataDir();
  const first = startBot({ dataDir });
  await first.logged('listening');
  first.kill('SIGKILL');
  await first.exited;
  expect(existsSync(first.socketPath)).toBe(true);

  const second = startBot({ dataDir });
  await second.logged('listening');
  await openSocket(second.socketPath);
});

test('IP-02 a file in the place of the socket is refused and left alone', async () => {
  const dataDir = makeDataDir();
  const path = join(dataDir, 'run', 'bot.sock');
  mkdirSync(dirname(path), { mode: 0o700 });
  writeFileSync(path, 'mine');
  const bot = startBot({ dataDir });
  await expect(bot.exited).resolves.toBe(78);
  expect(bot.logs.at(-1)?.msg).toContain(`${path} is not a socket.`);
  expect(readFileSync(path, 'utf8')).toBe('mine');
});

test.each(['to nowhere', 'to a file'])(
  'IP-02 a link %s in the place of the socket is refused and left alone',
  async (kind) => {
    const dataDir = makeDataDir();
    const path = join(dataDir, 'run', 'bot.sock');
    const target = join(dataDir, 'target');
    mkdirSync(dirname(path), { mode: 0o700 });
    if (kind === 'to a file') writeFileSync(target, 'mine');
    symlinkSync(target, path);
    const bot = startBot({ dataDir });
    await expect(bot.exited).resolves.toBe(78);
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(existsSync(target)).toBe(kind === 'to a file');
  },
);

test('IP-04 a second bot ends by itself, and the first keeps its socket', async () => {
  const dataDir = makeDataDir();
  const first = startBot({ dataDir });
  await first.logged('listening');
  const connection = await openSocket(first.socketPath);
  const { ino } = lstatSync(first.socketPath);

  const second = startBot({ dataDir });
  await expect(second.exited).resolves.toBe(1);
  expect(second.logs.map(({ msg }) => msg)).toEqual([
    `Another bot is listening on ${first.socketPath}. Stop it first, or set BOT_SOCKET to another path.`,
  ]);
  expect(connection.destroyed).toBe(false);
  expect(lstatSync(first.socketPath).ino).toBe(ino);
  await openSocket(first.socketPath);
});

test('IP-04 of several bots started at once over a dead one, exactly one listens', async () => {
  const dataDir = makeDataDir();
  const dead = startBot({ dataDir });
  await dead.logged('listening');
  dead.kill('SIGKILL');
  await dead.exited;

  const bots = Array.from({ length: 4 }, () => startBot({ dataDir }));
  const codes: (number | null)[] = [];
  for (const bot of bots) void bot.exited.then((code) => codes.push(code));
  await vi.waitUntil(() => codes.length === 3, { timeout: 10_000 });
  expect(codes).toEqual([1, 1, 1]);
  await openSocket(dead.socketPath);
});

test('IP-04 two that find the same dead socket do not remove each other', async () => {
  const dead = startBot();
  await dead.logged('listening');
  dead.kill('SIGKILL');
  await dead.exited;

  const attempts = [1, 2].map(async () => {
    await clearSocketPath(dead.socketPath);
    const server = createServer().listen(dead.socketPath);
    onTestFinished(() => void server.close());
    await once(server, 'listening');
  });
  const outcomes = await Promise.allSettled(attempts);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  await openSocket(dead.socketPath);
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s ends connections, removes the socket and exits 0',
  async (signal) => {
    const bot = startBot();
    await bot.logged('listening');
    const connection = await openSocket(bot.socketPath);
    const ended = new Promise((resolve) => connection.once('close', resolve));
    bot.kill(signal);
    await expect(bot.exited).resolves.toBe(0);
    await ended;
    expect(existsSync(bot.socketPath)).toBe(false);
    expect(bot.output.stderr).toBe('');
  },
);
