import type { ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startBff } from '../../harness/bff.ts';
import { passTime } from '../../harness/clock.ts';
import { directoryForTest } from '../../harness/directory-for-test.ts';
import { discordPaths, people } from '../../harness/discord.ts';
import { startFakeBot } from '../../harness/fake-bot.ts';
import { json, loginAt, providerPaths, startProvider } from '../../harness/provider.ts';
import { startStack } from '../../harness/stack.ts';

type Listed = {
  id: string;
  name: string;
  icon_url: string | null;
  permissions: string;
  can_manage: boolean;
  bot_present: boolean | null;
  invite_url: string | null;
};
type Listing = { guilds: Listed[]; as_of: string; stale: boolean };

const afterTheListIsOld = { seconds: 31 };

describe('while Discord does not give the list of servers', () => {
  it('PV-12 passes on a 429 with its Retry-After, and leaves Discord alone for so long', async () => {
    const stack = await startStack();
    const visitor = await stack.signedIn();
    await stack.discord.fault({
      path: discordPaths.guilds,
      status: 429,
      headers: { 'retry-after': '17' },
      body: { message: 'You are being rate limited.', retry_after: 17, global: false },
    });
    const first = await visitor.api('/api/guilds');
    expect(first.status).toBe(503);
    expect(first.errorCode()).toBe('discord_unavailable');
    expect(first.headers['retry-after']).toBe('17');
    const more = await Promise.all(Array.from({ length: 20 }, () => visitor.api('/api/guilds')));
    for (const answer of more) {
      expect(answer.status).toBe(503);
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(14);
    }
    expect(await stack.discord.asked(discordPaths.guilds)).toHaveLength(1);
    await stack.discord.clearFaults();
    passTime({ seconds: 17.5 });
    expect((await visitor.api('/api/guilds')).status).toBe(200);
  });

  it('PV-12 gives the last list, marked as stale, while Discord says 429', async () => {
    const stack = await startStack();
    const visitor = await stack.signedIn();
    const fresh = (await visitor.api('/api/guilds')).data<Listing>();
    expect(fresh.stale).toBe(false);
    await stack.discord.fault({
      path: discordPaths.guilds,
      status: 429,
      headers: { 'retry-after': '17' },
      body: {},
    });
    passTime(afterTheListIsOld);
    for (let time = 0; time < 10; time += 1) {
      const answer = await visitor.api('/api/guilds');
      expect(answer.status).toBe(200);
      expect(answer.data<Listing>()).toEqual({ ...fresh, stale: true });
    }
    expect(await stack.discord.asked(discordPaths.guilds)).toHaveLength(2);
  });

  it.each([
    ['500', { status: 500, body: { message: 'oops' } }],
    ['502 of HTML', { status: 502, body: '<h1>Bad gateway</h1>' }],
    ['503', { status: 503, body: '' }],
    [
      '429 that says to wait no time at all',
      { status: 429, headers: { 'retry-after': '0' }, body: {} },
    ],
    ['429 that says nonsense', { status: 429, headers: { 'retry-after': 'soon' }, body: {} }],
    ['200 of HTML', { status: 200, body: '<p>hello' }],
    ['200 of {}', { status: 200, body: {} }],
    ['302', { status: 302, headers: { location: 'http://127.0.0.1:9/' }, body: '' }],
    ['silence', { delay_ms: 60_000 }],
    ['a cut connection', { reset: true }],
  ])(
    'PV-12 answers %s with the last list, asking seldom; or with 503 when there is none',
    async (what, fault) => {
      const stack = await startStack(what === 'silence' ? { OUTBOUND_TIMEOUT_MS: '500' } : {});
      const visitor = await stack.signedIn();
      await stack.discord.fault({ path: discordPaths.guilds, times: 1, ...fault });
      const refused = await visitor.api('/api/guilds');
      expect(refused.status).toBe(503);
      expect(refused.errorCode()).toBe('discord_unavailable');
      expect(await stack.discord.asked(discordPaths.guilds)).toHaveLength(1);
      expect(await stack.whoIs(visitor)).not.toBeNull();

      const fresh = (await visitor.api('/api/guilds')).data<Listing>();
      await stack.discord.clearJournal();
      await stack.discord.fault({ path: discordPaths.guilds, ...fault });
      passTime(afterTheListIsOld);
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => visitor.api('/api/guilds')),
      );
      answers.push(await visitor.api('/api/guilds'));
      for (const answer of answers)
        expect(answer.data<Listing>()).toEqual({ ...fresh, stale: true });
      expect(await stack.discord.asked(discordPaths.guilds)).toHaveLength(1);
    },
  );

  it('PV-12 understands a Retry-After that is a date, and waits an hour at the most', async () => {
    const stack = await startStack();
    const visitor = await stack.signedIn();
    await stack.discord.fault({
      path: discordPaths.guilds,
      status: 429,
      headers: { 'retry-after': new Date(Date.now() + 86_400_000).toUTCString() },
      body: {},
      times: 1,
    });
    expect(Number((await visitor.api('/api/guilds')).headers['retry-after'])).toBe(3_600);
    passTime({ seconds: 3_590 });
    expect((await visitor.api('/api/guilds')).status).toBe(503);
    passTime({ seconds: 20 });
    expect((await visitor.api('/api/guilds')).status).toBe(200);
  });

  it.each([
    ['keeps one person’s wait from another person', { 'x-ratelimit-scope': 'user' }, 200, 2],
    ['holds everybody back where Discord means everybody', {}, 503, 1],
    ['holds everybody back from everything', { 'x-ratelimit-global': 'true' }, 503, 1],
  ])('PV-12 %s', async (_what, headers, status, calls) => {
    const stack = await startStack();
    const first = await stack.signedIn(people.member.id);
    const other = await stack.signedIn(people.owner.id);
    await stack.discord.fault({
      path: discordPaths.guilds,
      status: 429,
      headers: { 'retry-after': '60', ...headers },
      body: {},
      times: 1,
    });
    expect((await first.api('/api/guilds')).status).toBe(503);
    expect((await first.api('/api/guilds')).status).toBe(503);
    expect((await other.api('/api/guilds')).status).toBe(status);
    expect(await stack.discord.asked(discordPaths.guilds)).toHaveLength(calls);
  });

  it('PV-12 says that a permission is missing when Discord says 403', async () => {
    const stack = await startStack();
    const visitor = await stack.signedIn();
    await stack.discord.fault({
      path: discordPaths.guilds,
      status: 403,
      body: { message: 'Missing Access', code: 50001 },
    });
    const answer = await visitor.api('/api/guilds');
    expect(answer.status).toBe(403);
    expect(answer.errorCode()).toBe('missing_scope');
  });
});

/** A server as Discord lists it. */
const base = {
  id: '300000000000000001',
  name: 'A server',
  icon: null,
  owner: false,
  permissions: '0',
  features: [],
};

/** What a person sees of a list of servers that Discord answers. The bot is in the second one. */
async function listing(body: unknown) {
  const directory = directoryForTest();
  const bot = await startFakeBot(`${directory}/run/bot.sock`, ['300000000000000002']);
  const provider = await startProvider({ [providerPaths.guilds]: json(body) });
  const bff = await startBff(provider.environment, { directory });
  onTestFinished(async () => {
    await bff.close();
    await bot.close();
  });
  const { visitor } = await loginAt(bff.url);
  await vi.waitFor(async () => expect((await visitor.get('/api/guild-count')).status).toBe(200));
  return { answer: await visitor.api('/api/guilds'), bff, provider, bot };
}

describe('a list of servers', () => {
  it.each([
    ['is HTML', '<script>alert(1)</script>'],
    ['is null', 'null'],
    ['is an object', {}],
    ['is a list of null', [null]],
    ['is a list of lists', [[]]],
    ['has a number for an id', [{ ...base, id: 2 ** 58 }]],
    ['has words for an id', [{ ...base, id: '../../x' }]],
    ['has an id with a line break', [{ ...base, id: '1\n' }]],
    ['has an id in other digits', [{ ...base, id: '１２３' }]],
    ['has an empty id', [{ ...base, id: '' }]],
    ['has no id', [{ ...base, id: undefined }]],
    ['has no name', [{ ...base, name: undefined }]],
    ['has an object for a name', [{ ...base, name: { toString: 1 } }]],
    ['has a negative number for permissions', [{ ...base, permissions: -8 }]],
    ['has a fraction for permissions', [{ ...base, permissions: 8.5 }]],
    ['has a number too large for permissions', [{ ...base, permissions: 2 ** 60 }]],
    ['has a million digits of permissions', [{ ...base, permissions: '9'.repeat(900_000) }]],
    ['has a list for permissions', [{ ...base, permissions: ['8'] }]],
    ['has text for owner', [{ ...base, owner: 'true' }]],
    ['has numbers for features', [{ ...base, features: [1] }]],
    ['has a negative member count', [{ ...base, approximate_member_count: -1 }]],
    ['is larger than a megabyte', [{ ...base, name: 'x'.repeat(1_100_000) }]],
    ['is 100,000 brackets deep', '['.repeat(100_000) + ']'.repeat(100_000)],
  ])('PV-14 that %s is a clear error', async (_what, body) => {
    const { answer, bff } = await listing(body);
    expect(answer.status).toBe(503);
    expect(answer.errorCode()).toBe('discord_unavailable');
    expect(answer.body.length).toBeLessThan(500);
    expect(bff.log.join('').length).toBeLessThan(20_000);
  });

  it.each([
    ['has HTML for a name', { name: '<img src=x onerror=alert(1)>' }, {}],
    ['has half a character in a name', { name: 'a\ud800b' }, {}],
    ['has every control character in a name', { name: '\u0000\u0007\u001b[31m\u2028\u202e' }, {}],
    ['has a name of 900,000 characters', { name: 'x'.repeat(900_000) }, {}],
    ['has half a character for an icon', { icon: '\udfff' }, { icon: null, icon_url: null }],
    ['has a path for an icon', { icon: '../../x' }, { icon: null, icon_url: null }],
    ['has an empty icon', { icon: '' }, { icon: null, icon_url: null }],
    ['has a number for an icon', { icon: 7 }, { icon: null, icon_url: null }],
    ['has a number for permissions', { permissions: 32 }, { permissions: '32', can_manage: true }],
    ['has a negative text for permissions', { permissions: '-8' }, { can_manage: false }],
    ['has hexadecimal permissions', { permissions: '0x20' }, { can_manage: false }],
    ['has words for permissions', { permissions: 'all' }, { can_manage: false }],
    ['has empty permissions', { permissions: '' }, { can_manage: false }],
    ['has no permissions', { permissions: undefined }, { permissions: '0', can_manage: false }],
    ['has no owner', { owner: undefined }, { owner: false }],
    [
      'has null for all that may be',
      {
        owner: null,
        permissions: null,
        features: null,
        icon: null,
        approximate_member_count: null,
      },
      { can_manage: false, features: [] },
    ],
    [
      'has members of its own',
      { __proto__x: 1, constructor: 1, bot_present: true, invite_url: 'https://evil.test' },
      { bot_present: false, invite_url: null },
    ],
  ])('PV-14 that %s is given as it should be', async (_what, members, expected) => {
    const { answer } = await listing([{ ...base, ...members }]);
    expect(answer.status).toBe(200);
    const { guilds } = answer.data<Listing>();
    expect(guilds).toHaveLength(1);
    expect(guilds[0]).toMatchObject({
      id: base.id,
      ...('name' in members && { name: members.name }),
      ...expected,
    });
    expect(Object.keys(guilds[0] ?? {}).toSorted()).toEqual([
      'approximate_member_count',
      'bot_present',
      'can_manage',
      'features',
      'icon',
      'icon_url',
      'id',
      'invite_url',
      'name',
      'owner',
      'permissions',
    ]);
  });

  it('PV-14 that names a server twice names it once', async () => {
    const { answer } = await listing([base, { ...base, name: 'Again' }, base]);
    expect(answer.data<Listing>().guilds.map(({ id }) => id)).toEqual([base.id]);
  });

  it('PV-14 of 5,000 servers is given whole, and the bot asked in pieces', async () => {
    const many = Array.from({ length: 5_000 }, (_, index) => ({
      ...base,
      id: String(300000000000000000n + BigInt(index)),
    }));
    const startedAt = performance.now();
    const { answer, bot } = await listing(many);
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    const { guilds } = answer.data<Listing>();
    expect(guilds).toHaveLength(5_000);
    expect(guilds.filter(({ bot_present }) => bot_present).map(({ id }) => id)).toEqual([
      '300000000000000002',
    ]);
    expect(bot.asked.map((ids) => ids.length)).toEqual(Array(5).fill(1_000));
  });

  it('PV-14 that never ends is cut off', async () => {
    const provider = await startProvider({
      [providerPaths.guilds]: (response: ServerResponse) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('[');
        const chunk = Buffer.from(`${JSON.stringify(base)},`.repeat(500));
        const more = (): void => {
          while (!response.destroyed && response.write(chunk));
        };
        response.on('drain', more);
        more();
      },
    });
    const bff = await startBff(provider.environment);
    onTestFinished(() => bff.close());
    const { visitor } = await loginAt(bff.url);
    const startedAt = performance.now();
    expect((await visitor.api('/api/guilds')).status).toBe(503);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it.each([302, 307, 308])(
    'PV-05 that redirects with %i sends the token nowhere',
    async (status) => {
      const decoy = await startProvider();
      const { answer } = await (async () => {
        const provider = await startProvider({
          [providerPaths.guilds]: json('', status, {
            location: `${decoy.url}/api/v10/users/@me/guilds`,
          }),
        });
        const bff = await startBff(provider.environment);
        onTestFinished(() => bff.close());
        const { visitor } = await loginAt(bff.url);
        return { answer: await visitor.api('/api/guilds') };
      })();
      expect(answer.status).toBe(503);
      expect(decoy.asked).toEqual([]);
    },
  );
});
