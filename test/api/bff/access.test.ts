import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { directoryForTest } from '../../harness/directory-for-test.ts';
import { discordPaths, people } from '../../harness/discord.ts';
import { startFakeBot } from '../../harness/fake-bot.ts';
import { Stack, startStack } from '../../harness/stack.ts';
import type { Visitor } from '../../harness/visitor.ts';

type Listed = {
  id: string;
  name: string;
  owner: boolean;
  permissions: string;
  can_manage: boolean;
  bot_present: boolean | null;
  invite_url: string | null;
};

/** A stack beside a bot that is in the servers given. */
async function startStackWithBot(inGuilds: string[] = []) {
  const directory = directoryForTest();
  const bot = await startFakeBot(`${directory}/run/bot.sock`, inGuilds);
  const stack = await startStack({}, { directory });
  onTestFinished(() => bot.close());
  await untilBotIs(stack, 'connected');
  return { stack, bot };
}

async function untilBotIs(stack: Stack, state: 'connected' | 'away'): Promise<void> {
  await vi.waitFor(
    async () =>
      expect((await stack.visitor().get('/readyz')).data()).toMatchObject({
        status: 'ready',
        bot: state,
      }),
    { timeout: 5_000 },
  );
}

async function guildsOf(visitor: Visitor): Promise<Listed[]> {
  const answer = await visitor.api('/api/guilds');
  expect(answer.status).toBe(200);
  return answer.data<{ guilds: Listed[] }>().guilds;
}

/** What Discord says of one server of the member's. */
const server = (permissions: unknown, owner = false) => ({
  id: '300000000000000001',
  name: 'A server',
  icon: null,
  owner,
  permissions,
  features: [],
});

describe('a person’s servers', () => {
  it('AC-01 are the person’s own and no others', async () => {
    const { stack } = await startStackWithBot();
    const member = await guildsOf(await stack.signedIn(people.member.id));
    const owner = await guildsOf(await stack.signedIn(people.owner.id));
    const newcomer = await guildsOf(await stack.signedIn(people.newcomer.id));
    const { guilds } = await stack.discord.control<{ guilds: { id: string; owner_id: string }[] }>(
      'GET',
      '/world',
    );
    const ownedByOwner = guilds.filter(({ owner_id }) => owner_id === people.owner.id);
    for (const { id } of ownedByOwner) expect(owner.map((guild) => guild.id)).toContain(id);
    expect(newcomer).toEqual([]);
    expect(member.length).toBeGreaterThan(0);
    expect(member.every(({ owner: isOwner }) => !isOwner)).toBe(true);
  });

  it('AC-01 stay apart for two people who ask in turns', async () => {
    const { stack } = await startStackWithBot();
    const [first, second] = [
      await stack.signedIn(people.owner.id),
      await stack.signedIn(people.moderator.id),
    ];
    const [ofFirst, ofSecond] = [await guildsOf(first), await guildsOf(second)];
    expect(ofFirst).not.toEqual(ofSecond);
    for (let turn = 0; turn < 5; turn += 1) {
      expect(await guildsOf(first)).toEqual(ofFirst);
      expect(await guildsOf(second)).toEqual(ofSecond);
    }
    const together = await Promise.all(
      Array.from({ length: 20 }, (_, index) => guildsOf(index % 2 ? first : second)),
    );
    together.forEach((guilds, index) => expect(guilds).toEqual(index % 2 ? ofFirst : ofSecond));
    expect(await stack.discord.asked(discordPaths.guilds)).toHaveLength(2);
  });

  it('AC-01 are the new person’s when another signs in at the same browser', async () => {
    const { stack } = await startStackWithBot();
    const browser = await stack.signedIn(people.owner.id);
    const ofOwner = await guildsOf(browser);
    await stack.signIn(browser, people.newcomer.id);
    expect(await guildsOf(browser)).toEqual([]);
    expect(ofOwner.length).toBeGreaterThan(0);
  });

  it('AC-01 are asked for anew after signing out and in, so that what was left is gone', async () => {
    const { stack } = await startStackWithBot();
    const browser = await stack.signedIn();
    await guildsOf(browser);
    await browser.api('/api/logout', 'POST');
    await stack.signIn(browser);
    await stack.discord.fault({ path: discordPaths.guilds, body: [] });
    expect(await guildsOf(browser)).toEqual([]);
  });

  it('AC-01 are told to nobody who is not signed in', async () => {
    const { stack } = await startStackWithBot();
    await guildsOf(await stack.signedIn());
    for (const visitor of [stack.visitor(), stack.visitor()]) {
      visitor.cookies.set('guildhall', 'A'.repeat(43));
      const answer = await visitor.api('/api/guilds');
      expect(answer.status).toBe(401);
      expect(answer.body).not.toContain('guild');
    }
  });

  it.each([
    ['a member', '0', false, false],
    ['somebody with every bit but the two', String((1n << 60n) - 1n - 8n - 32n), false, false],
    ['somebody with Manage Server', '32', false, true],
    ['an administrator', '8', false, true],
    ['the owner, whatever the bits say', '0', true, true],
    ['somebody with Manage Server and a bit past 2^53', String((1n << 60n) + 32n), false, true],
    ['somebody with bits past 2^53 alone', String(1n << 60n), false, false],
    // As a number this is rounded to one with bit 5 set.
    ['somebody whose bits would round to more', String((1n << 59n) - 1n - 8n - 32n), false, false],
    ['somebody with bit 37, which is bit 5 for 32-bit numbers', String(1n << 37n), false, false],
    ['somebody with bit 35, which is bit 3 for 32-bit numbers', String(1n << 35n), false, false],
    ['somebody with bit 64 on top', String((1n << 64n) + 8n), false, true],
  ])('AC-02 can be given a bot by %s: %s', async (_who, permissions, owner, may) => {
    const { stack } = await startStackWithBot();
    const visitor = await stack.signedIn();
    await stack.discord.fault({ path: discordPaths.guilds, body: [server(permissions, owner)] });
    const [guild] = await guildsOf(visitor);
    expect(guild?.permissions).toBe(permissions);
    expect(guild?.can_manage).toBe(may);
    expect(guild?.bot_present).toBe(false);
    if (!may) expect(guild?.invite_url).toBeNull();
    else
      expect(Object.fromEntries(new URL(guild?.invite_url ?? '').searchParams)).toEqual({
        client_id: stack.bff.config.clientId,
        scope: 'bot applications.commands',
        permissions: '0',
        guild_id: '300000000000000001',
        disable_guild_select: 'true',
      });
  });

  it('AC-02 need no invitation where the bot is, and get one when it has left', async () => {
    const { stack, bot } = await startStackWithBot(['300000000000000001']);
    const visitor = await stack.signedIn();
    await stack.discord.fault({ path: discordPaths.guilds, body: [server('32')] });
    expect((await guildsOf(visitor))[0]).toMatchObject({ bot_present: true, invite_url: null });
    bot.inGuilds.clear();
    const [guild] = await guildsOf(visitor);
    expect(guild?.bot_present).toBe(false);
    expect(guild?.invite_url).toContain('guild_id=300000000000000001');
  });

  it('AC-02 have no address of their own to guess at', async () => {
    const { stack } = await startStackWithBot();
    const visitor = await stack.signedIn();
    for (const path of [
      '/api/guilds/300000000000000001',
      '/api/guilds/',
      '/api/guilds/..%2fsession',
    ])
      expect([200, 404]).toContain((await visitor.api(path)).status);
    expect((await visitor.api('/api/guilds/300000000000000001')).status).toBe(404);
  });

  it('AC-03 say that nothing is known of the bot while it is away', async () => {
    const { stack, bot } = await startStackWithBot(['300000000000000001']);
    const visitor = await stack.signedIn();
    await stack.discord.fault({ path: discordPaths.guilds, body: [server('32')] });
    expect((await guildsOf(visitor))[0]).toMatchObject({ bot_present: true });
    await bot.close();
    await untilBotIs(stack, 'away');
    expect((await guildsOf(visitor))[0]).toMatchObject({
      can_manage: true,
      bot_present: null,
      invite_url: null,
    });
  });

  it('AC-03 are given although the bot hangs, within three seconds', async () => {
    const { stack, bot } = await startStackWithBot();
    const visitor = await stack.signedIn();
    bot.hang();
    const startedAt = performance.now();
    const guilds = await guildsOf(visitor);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect(guilds[0]).toMatchObject({ bot_present: null, invite_url: null });
  });
});

describe('the count of servers', () => {
  it('AC-05 is unknown, and not zero, while the bot has never been seen', async () => {
    const stack = await startStack();
    const answer = await stack.visitor().get('/api/guild-count');
    expect(answer.status).toBe(503);
    expect(answer.errorCode()).toBe('bot_unavailable');
    expect(answer.body).not.toContain('guild_count');
  });

  it('AC-05 is the last one, marked as stale, while the bot is away', async () => {
    const { stack, bot } = await startStackWithBot();
    bot.change(1_234);
    await vi.waitFor(async () =>
      expect((await stack.visitor().get('/api/guild-count')).data()).toMatchObject({
        guild_count: 1_234,
        stale: false,
      }),
    );
    await bot.close();
    await untilBotIs(stack, 'away');
    expect((await stack.visitor().get('/api/guild-count')).data()).toMatchObject({
      guild_count: 1_234,
      stale: true,
    });
  });

  it('AC-05 is fresh again when the bot comes back by itself', async () => {
    const directory = directoryForTest();
    const stack = await startStack({}, { directory });
    for (const count of [5, 6]) {
      const bot = await startFakeBot(
        `${directory}/run/bot.sock`,
        Array.from({ length: count }, (_, index) => String(index + 1)),
      );
      await untilBotIs(stack, 'connected');
      expect((await stack.visitor().get('/api/guild-count')).data()).toMatchObject({
        guild_count: count,
        stale: false,
      });
      await bot.close();
      await untilBotIs(stack, 'away');
    }
  });

  it('AC-05 is answered at once while the bot hangs', async () => {
    const { stack, bot } = await startStackWithBot();
    bot.hang();
    const startedAt = performance.now();
    expect((await stack.visitor().get('/api/guild-count')).status).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});

describe('the bot’s socket', () => {
  it('IP-11 that closes in the middle of a question leaves the person with an answer', async () => {
    const { stack, bot } = await startStackWithBot();
    const visitor = await stack.signedIn();
    await stack.discord.fault({ path: discordPaths.guilds, body: [server('32')] });
    bot.hang();
    const asked = visitor.api('/api/guilds');
    await vi.waitFor(() => expect(bot.asked).toHaveLength(1));
    const startedAt = performance.now();
    await bot.close();
    expect((await asked).data()).toMatchObject({ guilds: [{ bot_present: null }] });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(stack.bff.log.join('')).not.toMatch(/unhandled|"level":50/);
  });

  it('IP-11 that says nonsense costs the connection and nothing else', async () => {
    const { stack, bot } = await startStackWithBot();
    bot.change(-1);
    bot.change(Number.NaN);
    bot.change(7);
    await vi.waitFor(async () =>
      expect((await stack.visitor().get('/api/guild-count')).data()).toMatchObject({
        guild_count: 7,
      }),
    );
  });

  it('IP-13 carries no token, secret, session or cookie, and only the calls agreed on', async () => {
    const { stack, bot } = await startStackWithBot();
    const visitor = await stack.signedIn();
    await guildsOf(visitor);
    await visitor.api('/api/session');
    await visitor.get('/api/guild-count');
    const traffic = bot.received.join('');
    const methods = traffic
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { method: string }).method);
    expect([...new Set(methods)].toSorted()).toEqual(['guilds.count', 'guilds.present', 'hello']);
    for (const secret of [
      ...visitor.cookies.values(),
      stack.bff.config.clientSecret,
      stack.discord.sandbox.config.botToken,
      people.member.id,
      people.member.username,
      'token',
      'Bearer',
    ])
      expect(traffic).not.toContain(secret);
  });
});
