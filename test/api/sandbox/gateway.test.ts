/** The gateway, with an unmodified discord.js as its client. */
import { Events, GatewayIntentBits, type Client, type ClientEvents } from 'discord.js';
import { describe, expect, test, vi } from 'vitest';
import { makeBot, startBot } from './bot.ts';
import { openSandbox, people } from './sandbox-client.ts';

/** What the next event of a kind carries. */
function next<Name extends keyof ClientEvents>(
  bot: Client,
  name: Name,
): Promise<ClientEvents[Name][0]> {
  return new Promise((resolve) => bot.once(name as string, resolve));
}

describe('a bot', () => {
  test('learns all its servers, with channels, roles and itself as a member', async () => {
    const sandbox = await openSandbox();
    const bot = await startBot(sandbox);
    expect(bot.guilds.cache.size).toBe(24);
    expect(bot.user.id).toBe(sandbox.config.clientId);
    for (const guild of bot.guilds.cache.values()) {
      expect(guild.available).toBe(true);
      expect(guild.channels.cache.size).toBeGreaterThan(4);
      expect(guild.roles.everyone.permissions.has('SendMessages')).toBe(true);
      expect(guild.members.me?.permissions.has('ViewChannel')).toBe(true);
    }
  });

  test('in no server is ready at once', async () => {
    const bot = await startBot(await openSandbox({ guilds: 0 }));
    expect(bot.guilds.cache.size).toBe(0);
  });

  test('hears at once that it joined, that a server has a new name, and that it left', async () => {
    const sandbox = await openSandbox();
    const bot = await startBot(sandbox);

    const joined = next(bot, Events.GuildCreate);
    const guild = await sandbox.control('POST', '/guilds', { name: '새 서버', bot: true });
    expect(await joined).toMatchObject({ id: guild.id, name: '새 서버', memberCount: 2 });

    const updated = next(bot, Events.GuildUpdate);
    await sandbox.control('PATCH', `/guilds/${guild.id}`, { name: 'Renamed' });
    await updated;
    expect(bot.guilds.cache.get(guild.id)?.name).toBe('Renamed');

    const left = next(bot, Events.GuildDelete);
    await sandbox.control('DELETE', `/guilds/${guild.id}/bot`);
    expect(await left).toMatchObject({ id: guild.id });
    expect(bot.guilds.cache.size).toBe(24);
  });

  test('keeps a server through an outage', async () => {
    const sandbox = await openSandbox();
    const bot = await startBot(sandbox);
    const [guild] = await sandbox.guildsWithBot();
    const gone = next(bot, Events.GuildUnavailable);
    await sandbox.control('PATCH', `/guilds/${guild?.id}`, { unavailable: true });
    expect(await gone).toMatchObject({ id: guild?.id });
    expect(bot.guilds.cache.size).toBe(24);
    const back = next(bot, Events.GuildAvailable);
    await sandbox.control('PATCH', `/guilds/${guild?.id}`, { unavailable: false });
    expect(await back).toMatchObject({ id: guild?.id });
  });

  test('starts although a server is unavailable', async () => {
    const sandbox = await openSandbox();
    const [guild] = await sandbox.guildsWithBot();
    await sandbox.control('PATCH', `/guilds/${guild?.id}`, { unavailable: true });
    const bot = await startBot(sandbox);
    expect(bot.guilds.cache.get(guild?.id)?.available).toBe(false);
  });

  test('is told what a reset changed', async () => {
    const sandbox = await openSandbox();
    const bot = await startBot(sandbox);
    await sandbox.control('POST', '/reset', { guilds: 30 });
    await vi.waitFor(() => expect(bot.guilds.cache.size).toBe(30));
    await sandbox.control('POST', '/reset', { guilds: 5 });
    await vi.waitFor(() => expect(bot.guilds.cache.size).toBe(5));
  });
});

describe('a connection that ends', () => {
  test.each(['drop', 'reconnect'])(
    'by %s is resumed, and what was missed is replayed',
    async (action) => {
      const sandbox = await openSandbox();
      const bot = await startBot(sandbox);
      const readyAgain = vi.fn<() => void>();
      bot.on(Events.ShardReady, readyAgain);
      const resumed = new Promise<number>((resolve) =>
        bot.once(Events.ShardResume, (_shard, replayed) => resolve(replayed)),
      );
      await sandbox.control('POST', '/gateway', { action });
      const joined = next(bot, Events.GuildCreate);
      const guild = await sandbox.control('POST', '/guilds', { name: 'Meanwhile', bot: true });
      expect(await joined).toMatchObject({ id: guild.id });
      await resumed;
      expect(readyAgain).not.toHaveBeenCalled();
    },
  );

  test('with its session forgotten makes the bot identify anew, without what it left meanwhile', async () => {
    const sandbox = await openSandbox();
    const bot = await startBot(sandbox);
    const guilds = new Promise<number>((resolve) =>
      bot.ws.on(
        'READY' as never,
        ((data: { guilds: unknown[] }) => resolve(data.guilds.length)) as never,
      ),
    );
    await sandbox.control('POST', '/gateway', { action: 'refuse' });
    const [guild] = await sandbox.guildsWithBot();
    await sandbox.control('DELETE', `/guilds/${guild?.id}/bot`);
    await sandbox.control('POST', '/gateway', { action: 'invalidate' });
    await sandbox.control('POST', '/gateway', { action: 'accept' });
    expect(await guilds).toBe(23);
  });

  test('with op 9 while connected makes the bot identify anew', async () => {
    const sandbox = await openSandbox();
    const bot = await startBot(sandbox);
    const again = next(bot, Events.ShardReady);
    await sandbox.control('POST', '/gateway', { action: 'invalidate' });
    await again;
    expect((await sandbox.control('GET', '/world')).shards).toHaveLength(1);
  });

  test('is refused until it is accepted again', async () => {
    const sandbox = await openSandbox();
    const bot = await startBot(sandbox);
    await sandbox.control('POST', '/gateway', { action: 'refuse' });
    await vi.waitFor(async () =>
      expect((await sandbox.control('GET', '/world')).shards).toHaveLength(0),
    );
    const back = next(bot, Events.ShardResume);
    await sandbox.control('POST', '/gateway', { action: 'accept' });
    await back;
  });
});

describe('logging in fails', () => {
  test('with a wrong token', async () => {
    const bot = makeBot(await openSandbox());
    await expect(bot.login('wrong')).rejects.toThrow('An invalid token was provided.');
  });

  test('with an intent that was not granted', async () => {
    const sandbox = await openSandbox();
    const intents = [GatewayIntentBits.Guilds, GatewayIntentBits.MessageContent];
    const bot = makeBot(sandbox, { intents });
    await expect(bot.login(sandbox.config.botToken)).rejects.toThrow('Used disallowed intents');
    await sandbox.control('PATCH', '/settings', { privileged_intents: ['MESSAGE_CONTENT'] });
    expect((await startBot(sandbox, { intents })).guilds.cache.size).toBe(24);
  });

  test('with one shard for more than 2,500 servers', async () => {
    const sandbox = await openSandbox({ guilds: 2_501 });
    const bot = makeBot(sandbox, { shards: [0], shardCount: 1 });
    await expect(bot.login(sandbox.config.botToken)).rejects.toThrow('Sharding is required');
  });
});

test('3,001 servers are spread over the four shards that are recommended', async () => {
  const sandbox = await openSandbox({ guilds: 3_001 });
  const bot = await startBot(sandbox, { shards: 'auto' });
  expect(bot.guilds.cache.size).toBe(3_001);
  expect(bot.ws.shards.size).toBe(4);
  for (const id of [0, 1, 2, 3]) {
    const count = bot.guilds.cache.filter(({ shardId }) => shardId === id).size;
    expect(count).toBeGreaterThan(700);
  }
  const joined = next(bot, Events.GuildCreate);
  const guild = await sandbox.control('POST', '/guilds', { bot: true });
  expect((await joined).shardId).toBe(Number((BigInt(guild.id) >> 22n) % 4n));
});

describe('messages', () => {
  const write = { user_id: people.owner.id, content: 'a secret' };

  test('come without their text unless the bot may read it', async () => {
    const sandbox = await openSandbox();
    const [guild] = await sandbox.guildsWithBot();
    const intents = [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages];
    const bot = await startBot(sandbox, { intents });
    const post = async (content: string) => {
      const message = next(bot, Events.MessageCreate);
      await sandbox.control('POST', '/messages', { ...write, content, guild_id: guild?.id });
      return (await message).content;
    };
    expect(await post('a secret')).toBe('');
    expect(await post(`<@${bot.user.id}> hello`)).toBe(`<@${bot.user.id}> hello`);
  });

  test('come whole with the privileged intent', async () => {
    const sandbox = await openSandbox();
    await sandbox.control('PATCH', '/settings', { privileged_intents: ['MESSAGE_CONTENT'] });
    const [guild] = await sandbox.guildsWithBot();
    const { Guilds, GuildMessages, MessageContent } = GatewayIntentBits;
    const bot = await startBot(sandbox, { intents: [Guilds, GuildMessages, MessageContent] });
    const message = next(bot, Events.MessageCreate);
    await sandbox.control('POST', '/messages', { ...write, guild_id: guild?.id });
    expect((await message).content).toBe('a secret');
  });
});

test('all members of a server can be asked for, with the intent', async () => {
  const sandbox = await openSandbox();
  await sandbox.control('PATCH', '/settings', { privileged_intents: ['GUILD_MEMBERS'] });
  const [listed] = await sandbox.guildsWithBot();
  const { Guilds, GuildMembers } = GatewayIntentBits;
  const bot = await startBot(sandbox, { intents: [Guilds, GuildMembers] });
  const guild = bot.guilds.cache.get(listed?.id);
  const members = await guild?.members.fetch();
  expect(members?.size).toBe(guild?.memberCount);
  const found = await guild?.members.fetch({ query: 'hane', limit: 5 });
  expect(found?.map(({ id }) => id)).toEqual([people.owner.id]);
});
