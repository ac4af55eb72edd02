import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { protocolVersion } from '../../../shared/ipc.ts';
import { greetBot, openClient } from './bot-client.ts';
import { startBot } from './bot-process.ts';
import { startDiscord } from './discord.ts';

const configError = 78; // EX_CONFIG

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

test('a refused token is one clear message that does not show it, and exit code 78', async () => {
  const discord = await startDiscord({ guilds: 1 });
  const wrong = 'not-the-token-discord-knows';
  const bot = startBot({ env: { ...discord.env, DISCORD_BOT_TOKEN: wrong, LOG_LEVEL: 'trace' } });
  await expect(bot.exited).resolves.toBe(configError);
  const fatal = bot.logs.filter(({ level }) => level >= 50);
  expect(fatal.map(({ msg }) => msg)).toEqual([
    'Discord refused the bot token. Copy it anew from the developer portal (Bot, Reset Token) into DISCORD_BOT_TOKEN.',
  ]);
  expect(bot.output.text).not.toContain(wrong);
  expect(bot.output.stderr).toBe(`The bot cannot go on:\n  - ${fatal[0]?.msg}\n`);
});

test('while Discord is away the bot says it is starting, and never a count; then it comes up by itself', async () => {
  const port = await freePort();
  const bot = startBot({
    env: {
      DISCORD_API_URL: `http://127.0.0.1:${port}/api`,
      DISCORD_BOT_TOKEN: (await startDiscord({ guilds: 0 })).env.DISCORD_BOT_TOKEN,
    },
  });
  await bot.logged('Discord cannot be reached');
  const early = await openClient(bot.socketPath);
  await expect(
    early.call('hello', { protocol: protocolVersion, client: 'test' }),
  ).rejects.toMatchObject({ code: 'bot_starting' });
  await expect(early.call('guilds.count', {})).rejects.toMatchObject({ code: 'hello_first' });

  await startDiscord({ guilds: 5, port });
  const client = await greetBot(bot.socketPath);
  await expect(client.call('guilds.count', {})).resolves.toMatchObject({ guild_count: 5 });
});

test('a Discord that answers with errors at first is asked again', async () => {
  const discord = await startDiscord({ guilds: 5 });
  let troubles = 8; // discord.js itself repeats a failed request three times
  const proxy = createServer(async (request, response) => {
    if (troubles > 0) {
      troubles -= 1;
      response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
      return;
    }
    const origin = discord.env.DISCORD_API_URL.replace('/api', '');
    const answer = await fetch(`${origin}${request.url}`, {
      headers: { authorization: request.headers.authorization ?? '' },
    });
    response
      .writeHead(answer.status, { 'content-type': 'application/json' })
      .end(await answer.text());
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  onTestFinished(() => void proxy.close());
  const { port } = proxy.address() as AddressInfo;
  const bot = startBot({
    env: { ...discord.env, DISCORD_API_URL: `http://127.0.0.1:${port}/api` },
  });
  const client = await greetBot(bot.socketPath);
  await expect(client.call('guilds.count', {})).resolves.toMatchObject({ guild_count: 5 });
});

test('a gateway that refuses at first is tried again, on one connection only', async () => {
  const discord = await startDiscord({ guilds: 5 });
  await discord.gateway('refuse');
  const bot = startBot({ env: discord.env });
  await vi.waitUntil(() => bot.logs.filter(({ msg }) => msg === 'shard error').length >= 3, {
    timeout: 10_000,
  });
  await discord.gateway('accept');
  const client = await greetBot(bot.socketPath);
  await expect(client.call('guilds.count', {})).resolves.toMatchObject({ guild_count: 5 });
  // Time for whoever else might still be trying: discord.js does every half a second.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await expect(discord.connectionCount()).resolves.toBe(1);
});

test('SIGTERM while Discord is away ends the bot at once', async () => {
  const bot = startBot();
  await bot.logged('Discord cannot be reached');
  bot.kill('SIGTERM');
  await expect(bot.exited).resolves.toBe(0);
});
