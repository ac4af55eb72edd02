import { describe, expect, it } from 'vitest';
import { startStackOnBadLine } from '../../harness/bad-line.ts';
import { passTime, setClock } from '../../harness/clock.ts';
import { databaseOf } from '../../harness/database.ts';
import { discordPaths, people } from '../../harness/discord.ts';
import { startStack } from '../../harness/stack.ts';

const hour = 3_600_000;
const year = 365 * 24 * hour;

const changes: [string, number][] = [
  ['an hour back', -hour],
  ['an hour forward', hour],
  ['a year back', -year],
  ['a year forward', year],
];

describe('a clock that is set', () => {
  it.each(changes)('AV-10 %s lets people sign in, read and sign out', async (_how, ms) => {
    const stack = await startStack();
    const before = await stack.signedIn(people.owner.id);
    await before.api('/api/guilds');
    setClock(Date.now() + ms);
    const visitor = await stack.signedIn();
    expect((await visitor.api('/api/guilds')).status).toBe(200);
    for (let time = 0; time < 20; time += 1) await visitor.api('/api/guilds');
    expect(await stack.discord.asked(discordPaths.guilds)).toHaveLength(2);
    expect((await visitor.api('/api/logout', 'POST')).status).toBe(204);
    expect(await stack.isAnonymous(visitor)).toBe(true);
    const status = (await before.api('/api/guilds')).status;
    expect(status).toBe(ms === hour ? 200 : 401); // what lies ahead by more than a minute has run out
  });

  it.each(changes)('AV-10 %s and put right again revives nothing', async (_how, ms) => {
    const stack = await startStack({ SESSION_MAX_SECONDS: '86400' });
    const kept = await stack.signedIn();
    const ended = await stack.signedIn(people.owner.id);
    const copy = ended.copy();
    await ended.api('/api/logout', 'POST');
    const realNow = Date.now();
    setClock(realNow + ms);
    await stack.whoIs(kept);
    expect(await stack.whoIs(copy)).toBeNull();
    setClock(realNow + 1_000);
    expect(await stack.whoIs(copy)).toBeNull();
    // Looked at while it counted as run out, it is gone for good.
    if (ms !== hour) expect(await stack.whoIs(kept)).toBeNull();
  });

  it.each([hour, year])('AV-10 back by %i ms makes no session live longer', async (ms) => {
    const stack = await startStack({ SESSION_IDLE_SECONDS: '3600', SESSION_MAX_SECONDS: '7200' });
    const visitor = await stack.signedIn();
    setClock(Date.now() - ms);
    expect(await stack.whoIs(visitor)).toBeNull();
  });

  it.each(changes)('AV-10 %s lets a lease that was left behind block nobody', async (_how, ms) => {
    const stack = await startStack({
      SESSION_IDLE_SECONDS: '31536000',
      SESSION_MAX_SECONDS: '31536000',
    });
    await stack.discord.settings({ access_token_ttl_seconds: 1 });
    const visitor = await stack.signedIn();
    await stack.discord.settings({ access_token_ttl_seconds: 604_800 });
    passTime({ seconds: 2 });
    // A process that has died took the lease by the clock that is wrong now.
    databaseOf(stack.bff)
      .prepare("update grants set lease_owner = 'dead', lease_until = ?")
      .run(Date.now() - ms + 10_000);
    const askedAt = performance.now();
    expect((await visitor.api('/api/guilds')).status).toBe(200);
    expect(performance.now() - askedAt).toBeLessThan(3_000);
  });

  it.each(changes)('AV-10 %s leaves pauses as long as they are', async (_how, ms) => {
    const stack = await startStack();
    const visitor = await stack.signedIn();
    await stack.discord.fault({
      path: discordPaths.guilds,
      status: 429,
      headers: { 'retry-after': '60' },
      body: {},
    });
    expect((await visitor.api('/api/guilds')).status).toBe(503);
    setClock(Date.now() + ms);
    const other = await stack.signedIn(people.owner.id);
    expect((await other.api('/api/guilds')).status).toBe(503);
    expect(await stack.discord.asked(discordPaths.guilds)).toHaveLength(1);
    await stack.discord.clearFaults();
    setClock(Date.now());
    passTime({ seconds: 61 });
    expect((await (await stack.signedIn()).api('/api/guilds')).status).toBe(200);
  });

  it.each([-hour / 2, -hour, -year])(
    'AV-10 by %i ms lets no login wait for a revocation that lies ahead',
    async (ms) => {
      const { stack, line } = await startStackOnBadLine({ OUTBOUND_TIMEOUT_MS: '500' });
      const visitor = await stack.signedIn();
      line.fail({ path: discordPaths.revoke, answer: 'never', times: 1 });
      await visitor.api('/api/logout', 'POST');
      setClock(Date.now() + ms);
      const askedAt = performance.now();
      expect((await stack.signIn(visitor)).location).toBe(`${stack.bff.url}/discord/guilds`);
      expect(performance.now() - askedAt).toBeLessThan(5_000);
      expect((await visitor.api('/api/guilds')).status).toBe(200);
    },
  );

  it('AV-10 between two clicks of a login lets that login run out, or finish', async () => {
    for (const ms of [-year, -hour, hour, year]) {
      const stack = await startStack();
      const visitor = stack.visitor();
      const callbackUrl = await stack.callbackOf(visitor);
      setClock(Date.now() + ms);
      expect((await visitor.get(callbackUrl)).location).toContain('error=login_expired');
      setClock(Date.now() - ms);
      expect((await stack.signIn(visitor)).location).toBe(`${stack.bff.url}/discord/guilds`);
    }
  });
});
