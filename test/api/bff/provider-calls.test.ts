import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startBff } from '../../harness/bff.ts';
import { passTime } from '../../harness/clock.ts';
import { directoryForTest } from '../../harness/directory-for-test.ts';
import { discordPaths, people } from '../../harness/discord.ts';
import {
  json,
  loginAt,
  type Provider,
  providerPaths,
  startProvider,
} from '../../harness/provider.ts';
import { startStack } from '../../harness/stack.ts';
import { Visitor } from '../../harness/visitor.ts';

async function startBffAt(provider: Provider, environment: Record<string, string> = {}) {
  const bff = await startBff({ ...provider.environment, ...environment });
  onTestFinished(() => bff.close());
  return bff;
}

const tooMany = (retryAfter: string, headers: Record<string, string> = {}) =>
  json({ message: 'You are being rate limited.' }, 429, { 'retry-after': retryAfter, ...headers });

describe('a crowd at the callback', () => {
  it('AV-04 with 140 invented codes makes one call when the first is answered Retry-After: 60', async () => {
    const provider = await startProvider({ [providerPaths.token]: tooMany('60') });
    const bff = await startBffAt(provider);
    for (let time = 0; time < 140; time += 1) {
      const { answer } = await loginAt(bff.url);
      expect(answer.location).toContain('error=discord_unavailable');
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(30);
    }
    expect(provider.to(providerPaths.token)).toHaveLength(1);
    provider.answer(providerPaths.token, json({ error: 'invalid_grant' }, 400));
    passTime({ seconds: 61 });
    expect((await loginAt(bff.url)).answer.location).toContain('error=login_failed');
  });

  it('AV-04 with 140 at once has 64 calls under way at the most', async () => {
    const held: (() => void)[] = [];
    let most = 0;
    const provider = await startProvider({
      [providerPaths.token]: (...call) => {
        held.push(() => json({ error: 'invalid_grant' }, 400)(...call));
        most = Math.max(most, held.length);
        // All that come at once are there, and time for one more that should not.
        if (held.length === 64) setTimeout(() => held.splice(0).forEach((answer) => answer()), 300);
        else if (provider.to(providerPaths.token).length > 128) held.pop()?.();
      },
    });
    const bff = await startBffAt(provider);
    const logins = await Promise.all(Array.from({ length: 140 }, () => loginAt(bff.url)));
    for (const { answer } of logins) expect(answer.location).toContain('error=login_failed');
    expect(provider.to(providerPaths.token)).toHaveLength(140);
    expect(most).toBe(64);
  });

  it('AV-04 goes away without a call once 500 have been refused, and is let in when they are old', async () => {
    const provider = await startProvider({
      [providerPaths.token]: json({ error: 'invalid_client' }, 401),
    });
    const bff = await startBff(provider.environment, {
      limits: { loginsPerMinute: 10_000, requestsPerMinute: 100_000 },
    });
    onTestFinished(() => bff.close());
    for (let round = 0; round < 11; round += 1)
      await Promise.all(Array.from({ length: 50 }, () => loginAt(bff.url)));
    const { length } = provider.to(providerPaths.token);
    expect(length).toBeGreaterThanOrEqual(500);
    expect(length).toBeLessThan(500 + 64);
    expect((await loginAt(bff.url)).answer.location).toContain('error=discord_unavailable');
    expect(provider.to(providerPaths.token)).toHaveLength(length);
    passTime({ seconds: 660 });
    expect((await loginAt(bff.url)).answer.location).toContain('error=misconfigured');
  });
});

/** Two browsers of one person, and who answers for Discord. */
async function twoBrowsers() {
  const provider = await startProvider();
  const bff = await startBffAt(provider);
  const browsers = [(await loginAt(bff.url)).visitor, (await loginAt(bff.url)).visitor];
  async function takeTurns(times: number): Promise<Set<number>> {
    const statuses = new Set<number>();
    for (let time = 0; time < times; time += 1)
      statuses.add((await browsers[time % 2]?.api('/api/guilds'))?.status ?? 0);
    return statuses;
  }
  return { provider, bff, takeTurns };
}

describe('two sessions of one person that take turns', () => {
  it('AV-04 ask for the list once while it is fresh', async () => {
    const { provider, takeTurns } = await twoBrowsers();
    expect(await takeTurns(100)).toEqual(new Set([200]));
    expect(provider.to(providerPaths.guilds).length).toBeLessThanOrEqual(2);
    for (let round = 1; round <= 3; round += 1) {
      passTime({ seconds: 31 });
      await takeTurns(20);
    }
    expect(provider.to(providerPaths.guilds).length).toBeLessThanOrEqual(5);
  });

  it.each([
    ['500', json({ message: 'oops' }, 500), 503],
    ['403', json({ message: 'Missing Access', code: 50_001 }, 403), 403],
    ['429 for one person', tooMany('60', { 'x-ratelimit-scope': 'user' }), 503],
    ['429 of Cloudflare', json('<h1>error 1015</h1>', 429), 503],
  ])('AV-04 are paused together after a %s, with nothing known', async (_what, failure, status) => {
    const { provider, takeTurns } = await twoBrowsers();
    provider.answer(providerPaths.guilds, failure);
    expect(await takeTurns(60)).toEqual(new Set([status]));
    // Pauses up to two seconds are waited for, and the next one is longer.
    expect(provider.to(providerPaths.guilds).length).toBeLessThanOrEqual(4);
  });
});

describe('a pause', () => {
  it('AV-04 that Discord wants of everybody holds sign-ins back too', async () => {
    const provider = await startProvider();
    const bff = await startBffAt(provider);
    const { visitor } = await loginAt(bff.url);
    provider.answer(providerPaths.guilds, tooMany('60', { 'x-ratelimit-global': 'true' }));
    expect((await visitor.api('/api/guilds')).status).toBe(503);
    const { answer } = await loginAt(bff.url);
    expect(answer.location).toContain('error=discord_unavailable');
    expect(provider.to(providerPaths.token)).toHaveLength(1);
    provider.answer(providerPaths.guilds, json([]));
    passTime({ seconds: 61 });
    expect((await visitor.api('/api/guilds')).status).toBe(200);
  });

  it('AV-04 of one person, or of the list, holds nobody’s sign-in back', async () => {
    const provider = await startProvider();
    const bff = await startBffAt(provider);
    const { visitor } = await loginAt(bff.url);
    provider.answer(providerPaths.guilds, tooMany('60'));
    expect((await visitor.api('/api/guilds')).status).toBe(503);
    expect((await loginAt(bff.url)).answer.location).toContain('/discord/guilds');
  });

  it('AV-04 ends with a new sign-in, and the list is asked for anew', async () => {
    const stack = await startStack();
    const visitor = await stack.signedIn();
    await stack.discord.fault({
      path: discordPaths.guilds,
      status: 429,
      headers: { 'retry-after': '60', 'x-ratelimit-scope': 'user' },
      body: {},
      times: 1,
    });
    expect((await visitor.api('/api/guilds')).status).toBe(503);
    expect((await visitor.api('/api/guilds')).status).toBe(503);
    expect((await (await stack.signedIn()).api('/api/guilds')).status).toBe(200);
    expect((await visitor.api('/api/guilds')).status).toBe(200);
  });

  it('AV-04 is not made where Discord was not asked: a sign-in at another process heals the other browsers at once', async () => {
    const directory = directoryForTest();
    const environment = { SESSION_SECRET: 'x'.repeat(40) };
    const stack = await startStack(environment, { directory });
    const other = await startBff(
      { ...stack.discord.environment, ...environment, PUBLIC_URL: stack.bff.url },
      { directory },
    );
    onTestFinished(() => other.close());
    const visitor = await stack.signedIn();
    await stack.discord.fault({ path: discordPaths.token, reset: true, times: 1 });
    await stack.discord.control('DELETE', `/people/${people.member.id}/authorization`);
    expect((await visitor.api('/api/guilds')).status).toBe(503);
    passTime({ seconds: 2 });
    for (let time = 0; time < 6; time += 1)
      expect((await visitor.api('/api/guilds')).errorCode()).toBe('discord_not_connected');

    const elsewhere = new Visitor(other.url);
    const back = new URL(await stack.callbackOf(elsewhere));
    await elsewhere.get(back.pathname + back.search);
    expect((await visitor.api('/api/guilds')).status).toBe(200);
  });
});

describe('two processes', () => {
  it('AV-04 neither gives the list of before a sign-in at the other', async () => {
    const directory = directoryForTest();
    const environment = { SESSION_SECRET: 'x'.repeat(40) };
    const stack = await startStack(environment, { directory });
    const other = await startBff(
      { ...stack.discord.environment, ...environment, PUBLIC_URL: stack.bff.url },
      { directory },
    );
    onTestFinished(() => other.close());
    const first = await stack.signedIn();
    const before = (await first.api('/api/guilds')).data<{ guilds: unknown[] }>().guilds;
    await stack.discord.control('POST', '/guilds', { name: 'New', owner_id: people.member.id });

    // Signed in at the other process, and asking at this one, where the old list is still fresh.
    const elsewhere = new Visitor(other.url);
    const back = new URL(await stack.callbackOf(elsewhere));
    await elsewhere.get(back.pathname + back.search);
    const here = new Visitor(stack.bff.url);
    for (const [name, value] of elsewhere.cookies) here.cookies.set(name, value);
    const guilds = (await here.api('/api/guilds')).data<{ guilds: unknown[] }>().guilds;
    expect(guilds).toHaveLength(before.length + 1);
    expect((await first.api('/api/guilds')).data<{ guilds: unknown[] }>().guilds).toHaveLength(
      before.length + 1,
    );
    await vi.waitFor(async () =>
      expect(await stack.discord.asked(discordPaths.guilds)).toHaveLength(2),
    );
  });
});
