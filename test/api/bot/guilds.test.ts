import { expect, test, vi } from 'vitest';
import type { GuildCount } from '../../../shared/ipc.ts';
import { greetBot } from './bot-client.ts';
import { startBot } from './bot-process.ts';
import { startDiscord } from './discord.ts';

/** A Discord, a bot that knows all its servers, and someone connected to it. */
async function startAll(guilds: number) {
  const discord = await startDiscord({ guilds });
  const bot = startBot({ env: discord.env });
  await bot.logged('connected to Discord');
  const client = await greetBot(bot.socketPath);
  return {
    discord,
    bot,
    client,
    count: () => client.call('guilds.count', {}),
    has: async (id: string) =>
      (await client.call('guilds.present', { ids: [id] })).ids.length === 1,
    /** Waits until the newest notification says so. */
    notified: (expected: Partial<GuildCount>) =>
      vi.waitFor(() => expect(client.changes.at(-1)).toMatchObject(expected), { timeout: 10_000 }),
  };
}

test('servers joined and left are counted and announced as it happens', async () => {
  const { discord, count, notified, has } = await startAll(3);
  await expect(count()).resolves.toMatchObject({ guild_count: 3, shards: { ready: 1, total: 1 } });
  const joined = await discord.join();
  await notified({ guild_count: 4 });
  await expect(has(joined)).resolves.toBe(true);
  await discord.leave(joined);
  await notified({ guild_count: 3 });
  await expect(has(joined)).resolves.toBe(false);
});

test('the count is as of now while the bot is connected', async () => {
  const { count } = await startAll(1);
  const before = Date.now();
  const { as_of } = await count();
  expect(Date.parse(as_of)).toBeGreaterThanOrEqual(before);
  expect(as_of).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('a server in an outage is unavailable, not gone', async () => {
  const { discord, notified, has } = await startAll(3);
  const [id = ''] = await discord.guildIds();
  await discord.setUnavailable(id, true);
  await notified({ guild_count: 3, unavailable: 1 });
  await expect(has(id)).resolves.toBe(true);
  await discord.setUnavailable(id, false);
  await notified({ guild_count: 3, unavailable: 0 });
});

test('an outage that was there before the bot is counted as well', async () => {
  const discord = await startDiscord({ guilds: 3 });
  const [id = ''] = await discord.guildIds();
  await discord.setUnavailable(id, true);
  const bot = startBot({ env: discord.env });
  await bot.logged('connected to Discord');
  const client = await greetBot(bot.socketPath);
  await expect(client.call('guilds.count', {})).resolves.toMatchObject({
    guild_count: 3,
    unavailable: 1,
  });
});

test('a server left while the session was dead does not stay', async () => {
  const { discord, count, notified, has, bot } = await startAll(3);
  const [left = ''] = await discord.guildIds();
  await discord.gateway('refuse');
  await notified({ guild_count: 3, shards: { ready: 0, total: 1 } });
  const { as_of } = await count();
  await discord.leave(left);
  const joined = await discord.join();
  await discord.gateway('invalidate');
  await expect(count()).resolves.toMatchObject({ guild_count: 3, as_of });

  await discord.gateway('accept');
  await vi.waitUntil(() => bot.logs.filter(({ msg }) => msg === 'shard ready').length === 2, {
    timeout: 10_000,
  });
  await notified({ guild_count: 3, unavailable: 0, shards: { ready: 1, total: 1 } });
  await expect(has(left)).resolves.toBe(false);
  await expect(has(joined)).resolves.toBe(true);
});

test.each(['drop', 'reconnect'] as const)(
  'after a %s the shard resumes, and what it missed is there',
  async (action) => {
    const { discord, bot, client, notified } = await startAll(3);
    await discord.gateway(action);
    await discord.join();
    await bot.logged('shard resumed');
    await notified({ guild_count: 4, shards: { ready: 1, total: 1 } });
    expect(Math.min(...client.changes.map(({ guild_count }) => guild_count))).toBeGreaterThan(2);
  },
);

test('3,000 servers on several shards are all counted, and each once', async () => {
  const { discord, client, count, notified } = await startAll(3_000);
  const before = await count();
  expect(before).toMatchObject({ guild_count: 3_000, unavailable: 0 });
  expect(before.shards.total).toBeGreaterThan(1);
  expect(before.shards.ready).toBe(before.shards.total);
  const { shards } = await client.call('status', {});
  expect(shards.reduce((sum, shard) => sum + shard.guild_count, 0)).toBe(3_000);
  expect(shards.every((shard) => shard.guild_count > 0)).toBe(true);

  await discord.gateway('drop');
  await notified({ guild_count: 3_000, shards: before.shards });
  expect(new Set(client.changes.map(({ guild_count }) => guild_count))).toEqual(new Set([3_000]));
  expect(client.changes.some(({ shards: { ready, total } }) => ready < total)).toBe(true);
});

test('10,000 servers are counted right, in less than half a gigabyte', async () => {
  const { client, count } = await startAll(10_000);
  await expect(count()).resolves.toMatchObject({ guild_count: 10_000, unavailable: 0 });
  const { rss_bytes } = await client.call('status', {});
  expect(rss_bytes).toBeLessThan(512 * 1024 * 1024);
});

test('a burst of changes is announced at most ten times a second, and its last state always', async () => {
  const { discord, client, notified } = await startAll(1);
  const since = performance.now();
  for (let joined = 0; joined < 100; joined += 1) await discord.join();
  await notified({ guild_count: 101 });
  const tenths = Math.ceil((performance.now() - since) / 100);
  expect(client.changes.length).toBeLessThanOrEqual(tenths + 1);
});
