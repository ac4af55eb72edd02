/** Why the bot is away: in the log once, in /readyz, and never believed when it is not ours. */
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startBff, type TestBff } from '../../harness/bff.ts';
import { directoryForTest } from '../../harness/directory-for-test.ts';
import { startFakeBot } from '../../harness/fake-bot.ts';
import { Visitor } from '../../harness/visitor.ts';

/** A BFF whose bot should be at the path given with it. */
async function startWithSocket() {
  const directory = directoryForTest();
  const run = path.join(directory, 'run');
  mkdirSync(run, { mode: 0o700 });
  const socket = path.join(run, 'bot.sock');
  const begin = async (): Promise<TestBff> => {
    const bff = await startBff({ BOT_SOCKET: socket }, { directory });
    onTestFinished(() => bff.close());
    return bff;
  };
  return { run, socket, begin };
}

/** Somebody who listens there and does this with who comes. Gives how many came. */
async function listenAt(socket: string, serve: (connection: Socket) => void) {
  let connections = 0;
  const server = createServer((connection) => {
    connections += 1;
    connection.on('error', () => undefined);
    serve(connection);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const sockets = new Set<Socket>();
  server.on('connection', (connection) => sockets.add(connection));
  onTestFinished(() => {
    server.close();
    for (const each of sockets) each.destroy();
  });
  return { count: () => connections };
}

const answerHello = (error: object) => (connection: Socket) =>
  connection.on('data', (chunk) => {
    const { id } = JSON.parse(chunk.toString().split('\n')[0] ?? '') as { id: number };
    connection.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...error })}\n`);
  });

const ready = async (bff: TestBff) =>
  (await new Visitor(bff.url).get('/readyz')).data<{ bot: string; bot_reason?: string }>();

type Setting = Awaited<ReturnType<typeof startWithSocket>>;

const reasons: [reason: string, explained: RegExp, make: (setting: Setting) => unknown][] = [
  ['no_socket', /no socket at .*bot\.sock.*BOT_SOCKET or DATA_DIR/, () => undefined],
  [
    'refused',
    /Nobody listens at .*bot\.sock any more/,
    ({ socket }) => {
      // A process that is killed leaves its socket behind.
      const program = `require('node:net').createServer().listen(${JSON.stringify(socket)}, () => process.kill(process.pid, 'SIGKILL'))`;
      spawnSync(process.execPath, ['-e', program]);
    },
  ],
  ['unsafe_socket', /is not a socket\./, ({ socket }) => writeFileSync(socket, '')],
  [
    'unsafe_socket',
    /open to other users \(mode 0777\)\. Close it: chmod 700/,
    async ({ run, socket }) => {
      await listenAt(socket, () => undefined);
      chmodSync(run, 0o777);
    },
  ],
  [
    'starting',
    /waits for Discord/,
    ({ socket }) =>
      listenAt(
        socket,
        answerHello({ error: { code: -32000, message: '', data: { code: 'bot_starting' } } }),
      ),
  ],
  [
    'protocol_mismatch',
    /The bot speaks protocol 2, the caller speaks 1\. Update/,
    ({ socket }) =>
      listenAt(
        socket,
        answerHello({
          error: {
            code: -32000,
            message: 'The bot speaks protocol 2, the caller speaks 1.',
            data: { code: 'protocol_mismatch' },
          },
        }),
      ),
  ],
  ['timed_out', /did not answer in time/, ({ socket }) => listenAt(socket, () => undefined)],
  ['hung_up', /hung up/, ({ socket }) => listenAt(socket, (connection) => connection.end())],
  [
    'unusable_answer',
    /does not answer as a bot of ours/,
    ({ socket }) => listenAt(socket, answerHello({ result: { hello: 'world' } })),
  ],
];

describe('a bot that is away', () => {
  it.each(reasons)('is told with its cause, once: %s, %s', async (reason, explained, make) => {
    const setting = await startWithSocket();
    await make(setting);
    const bff = await setting.begin();
    await vi.waitFor(
      async () => expect(await ready(bff)).toMatchObject({ bot: 'away', bot_reason: reason }),
      { timeout: 10_000 },
    );
    const lines = () =>
      bff.log
        .map((line) => JSON.parse(line) as { event?: string; msg: string; level: number })
        .filter(({ event }) => event === 'bot_away');
    await vi.waitFor(() => expect(lines().at(-1)?.msg).toMatch(explained));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(lines().filter(({ level }) => level >= 40).length).toBeLessThanOrEqual(1);
  });

  it('is warned of once when it goes, and again only for another reason', async () => {
    const { socket, begin } = await startWithSocket();
    const bot = await startFakeBot(socket, ['1']);
    const bff = await begin();
    await vi.waitFor(async () =>
      expect(await ready(bff)).toEqual({ status: 'ready', bot: 'connected' }),
    );
    await bot.close();
    await vi.waitFor(async () => expect((await ready(bff)).bot_reason).toBe('no_socket'));
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const warned = bff.log
      .map((line) => JSON.parse(line) as { level: number; reason?: string; event?: string })
      .filter(({ level, event }) => level === 40 && event === 'bot_away');
    expect(warned.map(({ reason }) => reason)).toEqual(['hung_up', 'no_socket']);
  });
});

/** Listens there and greets as a bot would. */
const impostor = async (socket: string) =>
  await listenAt(
    socket,
    answerHello({
      result: {
        protocol: 1,
        bot: { id: '1', username: 'impostor', avatar_url: null },
        started_at: new Date().toISOString(),
      },
    }),
  );

describe('whoever listens in the place of the bot', () => {
  const places: [string, (setting: Setting) => Promise<{ count(): number }>][] = [
    [
      'a directory of ours that others may write to',
      async ({ run, socket }) => {
        const other = await impostor(socket);
        chmodSync(run, 0o770);
        return other;
      },
    ],
    [
      'a link to a socket elsewhere',
      async ({ socket }) => {
        const elsewhere = path.join(directoryForTest(), 'other.sock');
        const other = await impostor(elsewhere);
        symlinkSync(elsewhere, socket);
        return other;
      },
    ],
    [
      'a link to another directory',
      async ({ run, socket }) => {
        const elsewhere = directoryForTest();
        const other = await impostor(path.join(elsewhere, 'bot.sock'));
        rmSync(run, { recursive: true });
        symlinkSync(elsewhere, path.dirname(socket));
        return other;
      },
    ],
  ];
  if (process.getuid?.() === 0)
    places.push(
      [
        "another user's directory",
        async ({ run, socket }) => {
          const other = await impostor(socket);
          chownSync(run, 65_534, 65_534);
          return other;
        },
      ],
      [
        "another user's socket",
        async ({ socket }) => {
          const other = await impostor(socket);
          chownSync(socket, 65_534, 65_534);
          return other;
        },
      ],
    );

  it.each(places)('is not even spoken to in %s', async (_place, make) => {
    const setting = await startWithSocket();
    const other = await make(setting);
    const bff = await setting.begin();
    await vi.waitFor(async () => expect((await ready(bff)).bot_reason).toBe('unsafe_socket'));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(other.count()).toBe(0);
    expect((await new Visitor(bff.url).get('/api/guild-count')).status).toBe(503);
  });

  it('is asked less and less often when it greets and hangs up', async () => {
    const { socket, begin } = await startWithSocket();
    const count = { guild_count: 1, unavailable: 0, shards: { ready: 1, total: 1 } };
    const bot = await listenAt(socket, (connection) => {
      connection.on('data', (chunk) => {
        for (const line of chunk.toString().trimEnd().split('\n')) {
          const { id, method } = JSON.parse(line) as { id: number; method: string };
          const result =
            method === 'hello'
              ? {
                  protocol: 1,
                  bot: { id: '1', username: 'fleeting', avatar_url: null },
                  started_at: new Date().toISOString(),
                }
              : { ...count, as_of: new Date().toISOString() };
          connection.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);
          if (method !== 'hello') connection.end();
        }
      });
    });
    await begin();
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(bot.count()).toBeGreaterThan(2);
    expect(bot.count()).toBeLessThan(16);
  });
});

describe("the bot's new name", () => {
  it('is shown as soon as the bot says it', async () => {
    const { socket, begin } = await startWithSocket();
    const bot = await startFakeBot(socket, ['1']);
    onTestFinished(() => bot.close());
    const bff = await begin();
    const name = async () =>
      (await new Visitor(bff.url).get('/api/bot')).data<{ username: string }>().username;
    await vi.waitFor(async () => expect(await name()).toBe('fake-bot'));
    bot.rename('새 이름');
    await vi.waitFor(async () => expect(await name()).toBe('새 이름'));
  });
});
