import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { maxPresentIds, protocolVersion } from '../../../shared/ipc.ts';
import { lineTimeoutMs, maxLineBytes } from '../../../shared/json-lines.ts';
import { exchange, greetBot, openClient, openSocket } from './bot-client.ts';
import { type BotProcess, startBot } from './bot-process.ts';
import { type Discord, startDiscord } from './discord.ts';

const hello = { protocol: protocolVersion, client: 'test' };
const helloLine = `{"jsonrpc":"2.0","id":0,"method":"hello","params":${JSON.stringify(hello)}}\n`;

let discord: Discord;
let bot: BotProcess;

beforeAll(async () => {
  discord = await startDiscord({ guilds: 3 });
  bot = startBot({ env: discord.env });
  await bot.logged('connected to Discord');
});
afterAll(async () => {
  await bot.end();
  await discord.close();
});

/** The bot is alive and serves the next one who comes. */
async function expectBotServes() {
  const client = await greetBot(bot.socketPath);
  await expect(client.call('guilds.count', {})).resolves.toMatchObject({ guild_count: 3 });
  expect(bot.output.stderr).toBe('');
}

describe('hello', () => {
  test('says who the bot is and since when', async () => {
    const client = await openClient(bot.socketPath);
    const answer = await client.call('hello', hello);
    expect(answer.bot.username).not.toBe('');
    expect(answer.bot.avatar_url).toContain(discord.env.DISCORD_CDN_URL);
    expect(Date.parse(answer.started_at)).toBeLessThanOrEqual(Date.now());
  });

  test('has to come first', async () => {
    const client = await openClient(bot.socketPath);
    await expect(client.call('guilds.count', {})).rejects.toMatchObject({ code: 'hello_first' });
    await client.call('hello', hello);
    await expect(client.call('guilds.count', {})).resolves.toMatchObject({ guild_count: 3 });
  });

  test('in another protocol is refused, naming both', async () => {
    const client = await openClient(bot.socketPath);
    const newer = { ...hello, protocol: protocolVersion + 1 };
    await expect(client.call('hello', newer)).rejects.toMatchObject({
      code: 'protocol_mismatch',
      message: `The bot speaks protocol ${protocolVersion}, the caller speaks ${newer.protocol}.`,
    });
    await expect(client.call('guilds.count', {})).rejects.toMatchObject({ code: 'hello_first' });
  });
});

/** A bot to do harm to, and someone connected to it. */
async function startOwnBot() {
  const own = startBot({ env: discord.env });
  return { own, client: await greetBot(own.socketPath) };
}

test('guilds.present picks the servers the bot is in, in the order asked', async () => {
  const client = await greetBot(bot.socketPath);
  const ids = await discord.guildIds();
  const asked = ['1', ids[2], '2', ids[0]].map(String);
  await expect(client.call('guilds.present', { ids: asked })).resolves.toEqual({
    ids: [ids[2], ids[0]],
  });
  await expect(client.call('guilds.present', { ids: [] })).resolves.toEqual({ ids: [] });
});

test('guilds.present answers a thousand ids and refuses one more, or what is no id', async () => {
  const client = await greetBot(bot.socketPath);
  const ids = Array.from({ length: maxPresentIds }, (_, n) => String(n));
  await expect(client.call('guilds.present', { ids })).resolves.toEqual({ ids: [] });
  for (const wrong of [[...ids, '1'], ['x'], ['-1'], ['1'.repeat(21)]])
    await expect(client.call('guilds.present', { ids: wrong })).rejects.toMatchObject({
      code: 'invalid_params',
    });
});

test('status tells of the process and of every shard', async () => {
  const client = await greetBot(bot.socketPath);
  const status = await client.call('status', {});
  expect(status.rss_bytes).toBeGreaterThan(10_000_000);
  expect(status.shards).toMatchObject([{ id: 0, status: 'Ready', guild_count: 3 }]);
});

test('no more than 32 may be connected, and a place left is a place free', async () => {
  const sockets = await Promise.all(Array.from({ length: 32 }, () => openSocket(bot.socketPath)));
  const oneMore = await openClient(bot.socketPath);
  await oneMore.closed;
  for (const socket of sockets) socket.destroy();
  await expectBotServes();
});

describe('IP-06 a message beyond the limit', () => {
  test('closes its connection while others are served, and takes no memory', async () => {
    const other = await greetBot(bot.socketPath);
    const before = (await other.call('status', {})).rss_bytes;
    const piece = Buffer.alloc(256 * 1024, '[');
    for (let round = 0; round < 5; round += 1) {
      const socket = await openSocket(bot.socketPath);
      let sent = 0;
      while (!socket.destroyed && sent < 64 * maxLineBytes) {
        sent += piece.length;
        await new Promise((written) => socket.write(piece, written));
      }
      expect(sent).toBeLessThan(4 * maxLineBytes);
    }
    const after = (await other.call('status', {})).rss_bytes;
    expect(after - before).toBeLessThan(48 * maxLineBytes);
  });

  test('does so after hello as well', async () => {
    const client = await greetBot(bot.socketPath);
    client.socket.write(`{"pad":"${'x'.repeat(maxLineBytes)}"}\n`);
    await client.closed;
    await expectBotServes();
  });
});

describe('IP-07 silence', () => {
  // Both at once: most of their time is waiting.
  test(
    'closes a connection without hello in five seconds, and half a message in ten, even dripped',
    { timeout: 2 * lineTimeoutMs },
    async () => {
      const since = performance.now();
      const silent = await openClient(bot.socketPath);
      const half = await greetBot(bot.socketPath);
      half.socket.write('{"jsonrpc"');
      const drip = setInterval(() => half.socket.write(' '), 1_000);
      await silent.closed;
      expect(performance.now() - since).toBeGreaterThan(4_500);
      expect(half.socket.destroyed).toBe(false);
      await half.closed;
      clearInterval(drip);
      expect(performance.now() - since).toBeGreaterThan(lineTimeoutMs - 500);
      await expectBotServes();
    },
  );
});

describe('IP-08 the bot survives', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  test.each([
    ['what is not JSON', '{"jsonrpc"', -32700],
    ['null', 'null', -32600],
    ['a number', '7', -32600],
    ['a batch', '[{"jsonrpc":"2.0","id":1,"method":"status"}]', -32600],
    ['another version', '{"jsonrpc":"1.0","id":1,"method":"status"}', -32600],
    ['no method', '{"jsonrpc":"2.0","id":1}', -32600],
    ['an id of null', '{"jsonrpc":"2.0","id":null,"method":"status"}', -32600],
    ['an id of an object', '{"jsonrpc":"2.0","id":{},"method":"status"}', -32600],
    ['a method nobody has', '{"jsonrpc":"2.0","id":1,"method":"eval"}', -32601],
    ['a method every object has', '{"jsonrpc":"2.0","id":1,"method":"constructor"}', -32601],
    ['the prototype', '{"jsonrpc":"2.0","id":1,"method":"__proto__"}', -32601],
    ['parameters of the wrong kind', '{"jsonrpc":"2.0","id":1,"method":"guilds.present"}', -32602],
    ['100,000 arrays', deep, -32600],
    [
      '100,000 arrays as parameters',
      `{"jsonrpc":"2.0","id":1,"method":"status","params":${deep}}`,
      -32602,
    ],
    ['100,000 arrays as id', `{"jsonrpc":"2.0","id":${deep},"method":"status"}`, -32600],
  ])('%s, and says what it is', async (_, line, code) => {
    const socket = await openSocket(bot.socketPath);
    const [, answer] = await exchange(socket, `${helloLine}${line}\n`, 2);
    expect(answer).toMatchObject({ jsonrpc: '2.0', error: { code } });
    await expectBotServes();
  });

  test('notifications and stray answers, without a word', async () => {
    const socket = await openSocket(bot.socketPath);
    const silent = [
      '{"jsonrpc":"2.0","method":"status"}',
      '{"jsonrpc":"2.0","method":"constructor","params":7}',
      '{"jsonrpc":"2.0","id":7,"result":{}}',
      '{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":""}}',
    ];
    const last = '{"jsonrpc":"2.0","id":"last","method":"guilds.count"}';
    const answers = await exchange(socket, `${[...silent, last].join('\n')}\n${helloLine}`, 2);
    expect(answers.map(({ id }) => id)).toEqual(['last', 0]);
  });

  test('bytes that are no text', async () => {
    const socket = await openSocket(bot.socketPath);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(Buffer.from([0xff, 0xfe, 0x00, 0x0a]));
    await closed;
    await expectBotServes();
  });

  test('a peer that asks and never listens', async () => {
    const socket = await openSocket(bot.socketPath);
    socket.pause();
    socket.write(helloLine);
    const questions = '{"jsonrpc":"2.0","id":1,"method":"guilds.count"}\n'.repeat(20_000);
    const before = (await (await greetBot(bot.socketPath)).call('status', {})).rss_bytes;
    for (let round = 0; round < 20 && !socket.destroyed; round += 1) {
      socket.write(questions);
      await expectBotServes();
    }
    await vi.waitUntil(() => socket.writableLength === 0 || socket.destroyed);
    const after = (await (await greetBot(bot.socketPath)).call('status', {})).rss_bytes;
    expect(after - before).toBeLessThan(128 * 1024 * 1024);
  });
});

test('IP-13 neither token nor anything but the protocol crosses the socket', async () => {
  const client = await openClient(bot.socketPath);
  let heard = '';
  client.socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
  await client.call('hello', hello);
  await client.call('guilds.count', {});
  await client.call('guilds.present', { ids: await discord.guildIds() });
  await client.call('status', {});
  await client.call('status', 'x' as never).catch(() => {});
  expect(heard).not.toContain(discord.env.DISCORD_BOT_TOKEN);
  expect(bot.output.text).not.toContain(discord.env.DISCORD_BOT_TOKEN);
  const answers = heard
    .trimEnd()
    .split('\n')
    .map((line) => Object.keys(JSON.parse(line) as object));
  expect(answers).toEqual([
    ...Array.from({ length: 4 }, () => ['jsonrpc', 'id', 'result']),
    ['jsonrpc', 'id', 'error'],
  ]);
});

describe('IP-11 when the bot', () => {
  test('is killed in the middle of a call, the call ends, and the next bot answers', async () => {
    const { own, client } = await startOwnBot();
    own.kill('SIGSTOP'); // it has the question and will never answer
    const call = client.call('status', {});
    own.kill('SIGKILL');
    await expect(call).rejects.toMatchObject({ code: 'connection_closed' });
    await client.closed;

    const next = startBot({ env: discord.env, dataDir: own.dataDir });
    const again = await greetBot(next.socketPath);
    await expect(again.call('guilds.count', {})).resolves.toMatchObject({ guild_count: 3 });
  });

  test('hangs, the call ends at its deadline', async () => {
    const { own, client } = await startOwnBot();
    own.kill('SIGSTOP');
    const since = performance.now();
    await expect(client.call('status', {}, { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'timeout',
    });
    expect(performance.now() - since).toBeLessThan(1_000);
    own.kill('SIGCONT');
    await expect(client.call('guilds.count', {})).resolves.toMatchObject({ guild_count: 3 });
  });
});
