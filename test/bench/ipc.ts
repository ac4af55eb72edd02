/**
 * How fast the bot answers over its socket, beside a bare echo on the same kind of socket in the same minute. The two
 * take turns, so that what else the machine does meets both. Runnable alone: `node test/bench/ipc.ts`.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GuildIndex } from '../../bot/guild-index.ts';
import { createHandlers } from '../../bot/handlers.ts';
import { listen } from '../../bot/listen.ts';
import { createLog } from '../../bot/log.ts';
import { botOffer, protocolVersion } from '../../shared/ipc.ts';
import { frameLines } from '../../shared/json-lines.ts';
import { openPeer } from '../../shared/rpc.ts';
import { type BenchRow, compare, type Spread } from './row.ts';

const inFlight = 64;
const callsPerRound = 60_000;
const warmUpCalls = 30_000;
const rounds = 9;

/**
 * `guilds.count` of a bot in 10,000 servers, parameters and results checked, against an echo that writes once a call.
 * An echoed message has the mean size of our request and answer, so that both move the same bytes a call.
 */
export async function benchIpc(): Promise<BenchRow[]> {
  const directory = mkdtempSync(join(tmpdir(), 'guildhall-bench-'));
  const botPath = join(directory, 'run', 'bot.sock');
  const echoPath = join(directory, 'echo.sock');
  const servers = await Promise.all([startServer('bot', botPath), startServer('echo', echoPath)]);
  try {
    const bot = await openBot(botPath);
    const echo = await openEcho(echoPath, await bot.meanMessageBytes());
    await bot.run(warmUpCalls);
    await echo.run(warmUpCalls);

    const row = await compare(
      {
        name: `guilds.count over the socket, ${inFlight} in flight`,
        unit: 'calls/s',
        goal: 0.55,
        rounds,
      },
      () => callsPerSecond(bot.run),
      () => callsPerSecond(echo.run),
    );
    bot.close();
    echo.close();
    return [row];
  } finally {
    for (const server of servers) server.kill();
    rmSync(directory, { recursive: true });
  }
}

async function openBot(path: string) {
  const socket = await open(path);
  const peer = openPeer(frameLines(socket), {
    uses: {
      offer: botOffer,
      listeners: { 'guilds.changed': () => {}, 'identity.changed': () => {} },
    },
  });
  await peer.call('hello', { protocol: protocolVersion, client: 'bench' });

  async function callInTurn(calls: number): Promise<void> {
    for (let call = 0; call < calls; call += 1) await peer.call('guilds.count', {});
  }
  async function run(calls: number): Promise<void> {
    const lanes = Array.from({ length: inFlight }, () => callInTurn(calls / inFlight));
    await Promise.all(lanes);
  }
  async function meanMessageBytes(): Promise<number> {
    const before = socket.bytesRead + socket.bytesWritten;
    await run(inFlight * 100);
    return Math.round((socket.bytesRead + socket.bytesWritten - before) / (inFlight * 100) / 2);
  }
  return { run, meanMessageBytes, close: () => peer.close() };
}

async function openEcho(path: string, messageBytes: number) {
  const socket = await open(path);
  const message = Buffer.from(`${'x'.repeat(messageBytes - 1)}\n`);

  function run(calls: number): Promise<void> {
    let sent = 0;
    let bytesBack = 0;
    return new Promise((resolve) => {
      function send(): void {
        sent += 1;
        socket.write(message);
      }
      function receive(chunk: Buffer): void {
        bytesBack += chunk.length;
        const answered = Math.floor(bytesBack / messageBytes);
        if (answered === calls) {
          socket.off('data', receive);
          resolve();
        }
        while (sent < calls && sent - answered < inFlight) send();
      }
      socket.on('data', receive);
      while (sent < inFlight) send();
    });
  }
  return { run, close: () => socket.destroy() };
}

async function callsPerSecond(run: (calls: number) => Promise<void>): Promise<number> {
  const calls = callsPerRound - (callsPerRound % inFlight);
  const start = performance.now();
  await run(calls);
  return (calls / (performance.now() - start)) * 1000;
}

async function open(path: string): Promise<Socket> {
  const socket = connect(path);
  await once(socket, 'connect');
  return socket;
}

/** Runs this file again as the other side: a process of its own, as the bot is. */
async function startServer(kind: 'bot' | 'echo', path: string): Promise<ChildProcess> {
  const server = fork(import.meta.filename, [kind, path]);
  await once(server, 'message');
  return server;
}

async function serve(kind: string, path: string): Promise<void> {
  if (kind === 'bot') {
    const index = new GuildIndex();
    index.expectShards([0]);
    index.confirmShard(
      0,
      Array.from({ length: 10_000 }, (_, n) => String(1_000_000_000_000_000_000n + BigInt(n))),
    );
    const handlers = createHandlers(index, {
      identity: () => ({ id: '1', username: 'bench', avatar_url: null }),
      pingMs: () => null,
      shards: () => [],
    });
    await listen(path, handlers, createLog('silent', 'no token here'));
  } else {
    const echo = createServer((socket) => {
      socket.on('data', (chunk) => socket.write(chunk)).on('error', () => socket.destroy());
    });
    await once(echo.listen(path), 'listening');
  }
  process.send?.('listening');
}

if (import.meta.main) {
  const [kind, path] = process.argv.slice(2);
  if (kind === undefined || path === undefined) console.table((await benchIpc()).map(flatten));
  else await serve(kind, path);
}

function flatten({ name, ours, reference, ratio, goal, unit }: BenchRow) {
  return { name, unit, ours: show(ours), reference: show(reference), ratio, goal };
}

function show({ median, min, max }: Spread): string {
  return `${Math.round(median)} (${Math.round(min)} to ${Math.round(max)})`;
}
