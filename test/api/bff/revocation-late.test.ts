import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type BadLine, startStackOnBadLine } from '../../harness/bad-line.ts';
import { startBff } from '../../harness/bff.ts';
import { passTime } from '../../harness/clock.ts';
import { databaseOf } from '../../harness/database.ts';
import { directoryForTest } from '../../harness/directory-for-test.ts';
import { discordPaths, people } from '../../harness/discord.ts';
import type { Stack } from '../../harness/stack.ts';
import { type Answer, Visitor } from '../../harness/visitor.ts';

/** What a browser does from the callback on: it follows every redirect, to Discord's consent page too. */
async function follow(
  stack: Stack,
  visitor: Visitor,
  callbackUrl: string,
): Promise<{ answer: Answer; visitsToDiscord: number }> {
  let answer = await visitor.get(pathOf(callbackUrl));
  let visitsToDiscord = 0;
  while (answer.location.includes('/oauth2/authorize')) {
    visitsToDiscord += 1;
    if (visitsToDiscord > 5) throw new Error('this goes round in circles');
    expect(new URL(answer.location).searchParams.get('prompt')).toBe('none');
    answer = await visitor.get(pathOf(await stack.discord.consent(answer.location)));
  }
  return { answer, visitsToDiscord };
}

/** A browser may be at another process's address; Discord only knows PUBLIC_URL. */
function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/** Signs in and comes to the end of it: signed in, and after one trip to Discord at the most. */
async function signInThrough(stack: Stack, visitor: Visitor): Promise<void> {
  const { answer, visitsToDiscord } = await follow(stack, visitor, await stack.callbackOf(visitor));
  expect(answer.location).toMatch(/\/discord\/guilds$/);
  expect(visitsToDiscord).toBeLessThanOrEqual(1);
}

/** The session stands, and so does the list: at once, or after a login that costs no click. */
async function expectStands(stack: Stack, visitor: Visitor): Promise<void> {
  const list = await visitor.api('/api/guilds');
  expect(list.status === 200 || list.errorCode() === 'discord_not_connected').toBe(true);
  expect((await visitor.api('/api/session')).data()).toMatchObject({
    user: { id: people.member.id },
  });
  if (list.status === 200) return;
  const started = await visitor.get('/discord/login');
  expect(new URL(started.location).searchParams.get('prompt')).toBe('none');
  await follow(stack, visitor, await stack.discord.consent(started.location));
  expect((await visitor.api('/api/guilds')).status).toBe(200);
}

function hasArrived(line: BadLine, path: string, times = 1): Promise<void> {
  return vi.waitFor(
    () => expect(line.arrived.filter((each) => each === path).length).toBeGreaterThanOrEqual(times),
    { timeout: 10_000 },
  );
}

describe('a sign-in right after a sign-out', () => {
  it('AV-06 outlives a revocation that is slower than our patience', async () => {
    const { stack, line } = await startStackOnBadLine();
    const visitor = await stack.signedIn();
    line.fail({ path: discordPaths.revoke, held_ms: 3_500, times: 1 });
    expect((await visitor.api('/api/logout', 'POST')).status).toBe(204);
    expect(line.arrived).not.toContain(discordPaths.revoke);
    await signInThrough(stack, visitor);
    await hasArrived(line, discordPaths.revoke);
    const list = await visitor.api('/api/guilds');
    expect(list.status).toBe(200);
    await expectStands(stack, visitor);
  });

  it('AV-06 outlives a revocation that arrives when we have long given it up', async () => {
    const { stack, line } = await startStackOnBadLine({ OUTBOUND_TIMEOUT_MS: '500' });
    const visitor = await stack.signedIn();
    line.fail({ path: discordPaths.revoke, held_ms: 4_000, times: 1 });
    await visitor.api('/api/logout', 'POST');
    await signInThrough(stack, visitor);
    expect((await visitor.api('/api/guilds')).status).toBe(200);
    expect(line.arrived).not.toContain(discordPaths.revoke);
    await hasArrived(line, discordPaths.revoke);
    // Another browser of the same person asks afresh, with tokens that are dead by now.
    const other = await startBff(environmentOf(stack), { directory: dataDirOf(stack) });
    onTestFinished(() => other.close());
    await expectStands(stack, at(other.url, visitor));
  });

  it('AV-06 outlives one that arrives after the next refresh', async () => {
    const { stack, line } = await startStackOnBadLine({ OUTBOUND_TIMEOUT_MS: '500' });
    const visitor = await stack.signedIn();
    line.fail({ path: discordPaths.revoke, held_ms: 4_000, times: 1 });
    await visitor.api('/api/logout', 'POST');
    await stack.discord.settings({ access_token_ttl_seconds: 30 });
    await signInThrough(stack, visitor);
    expect((await visitor.api('/api/guilds')).status).toBe(200);
    expect(line.arrived.filter((path) => path === discordPaths.token)).toHaveLength(3);
    await hasArrived(line, discordPaths.revoke);
    passTime({ seconds: 31 });
    await expectStands(stack, visitor);
  });

  it.each([
    ['is carried out, and never answered', 'never'],
    ['is carried out, and answered by a cut connection', 'reset'],
  ] as const)('AV-06 stands when the revocation %s', async (_what, answer) => {
    const { stack, line } = await startStackOnBadLine({ OUTBOUND_TIMEOUT_MS: '1000' });
    const visitor = await stack.signedIn();
    line.fail({ path: discordPaths.revoke, answer, times: 1 });
    await visitor.api('/api/logout', 'POST');
    await signInThrough(stack, visitor);
    expect((await visitor.api('/api/guilds')).status).toBe(200);
  });

  it('AV-06 waits for no revocation that Discord has refused', async () => {
    const { stack } = await startStackOnBadLine();
    const visitor = await stack.signedIn();
    await stack.discord.fault({ path: discordPaths.revoke, status: 500, body: {}, times: 1 });
    await visitor.api('/api/logout', 'POST');
    const startedAt = performance.now();
    await signInThrough(stack, visitor);
    expect(performance.now() - startedAt).toBeLessThan(4_000); // a revocation may be on its way for nine seconds
    expect((await visitor.api('/api/guilds')).status).toBe(200);
  });

  it('AV-06 stands when another process signed the person out', async () => {
    const { stack, line } = await startStackOnBadLine(
      { SESSION_SECRET: 'x'.repeat(40), OUTBOUND_TIMEOUT_MS: '1500' },
      { directory: directoryForTest() },
    );
    const other = await startBff(environmentOf(stack), { directory: dataDirOf(stack) });
    onTestFinished(() => other.close());
    const visitor = await stack.signedIn();
    line.fail({ path: discordPaths.revoke, held_ms: 1_000, times: 1 });
    const signedOut = at(other.url, visitor).api('/api/logout', 'POST');
    await vi.waitFor(() => expect(line.waiting()).toBe(1));
    await signInThrough(stack, visitor);
    expect((await signedOut).status).toBe(204);
    await expectStands(stack, visitor);
    expect((await visitor.api('/api/guilds')).status).toBe(200);
  });
});

describe('a sign-out in one browser while another is signing in', () => {
  it('AV-06 that has its code: the code is dead, and the login is gone through once more by itself', async () => {
    const { stack } = await startStackOnBadLine();
    const [first, second] = [await stack.signedIn(), stack.visitor()];
    const callbackUrl = await stack.callbackOf(second);
    await first.api('/api/logout', 'POST');
    const { answer, visitsToDiscord } = await follow(stack, second, callbackUrl);
    expect(answer.location).toBe(`${stack.bff.url}/discord/guilds`);
    expect(visitsToDiscord).toBe(1);
    expect((await second.api('/api/guilds')).status).toBe(200);
    expect(await stack.whoIs(first)).toBeNull();
  });

  it('AV-06 that has its tokens, and has not yet asked whose they are', async () => {
    const { stack, line } = await startStackOnBadLine();
    const [first, second] = [await stack.signedIn(), stack.visitor()];
    const callbackUrl = await stack.callbackOf(second);
    line.fail({ path: discordPaths.me, held_ms: 1_000, times: 1 });
    const following = follow(stack, second, callbackUrl);
    await vi.waitFor(() => expect(line.waiting()).toBe(1));
    await first.api('/api/logout', 'POST');
    const { answer, visitsToDiscord } = await following;
    expect(answer.location).toBe(`${stack.bff.url}/discord/guilds`);
    expect(visitsToDiscord).toBe(1);
    expect((await second.api('/api/guilds')).status).toBe(200);
  });

  it.each(['one process', 'another process'])(
    'AV-06 that has asked whose its tokens are (the sign-out in %s)',
    async (where) => {
      const { stack, line } = await startStackOnBadLine(
        { SESSION_SECRET: 'x'.repeat(40) },
        { directory: directoryForTest() },
      );
      const other = await startBff(environmentOf(stack), { directory: dataDirOf(stack) });
      onTestFinished(() => other.close());
      const [first, second] = [await stack.signedIn(), stack.visitor()];
      const callbackUrl = await stack.callbackOf(second);
      line.fail({ path: discordPaths.me, answer: { late_ms: 1_000 }, times: 1 });
      const following = follow(stack, second, callbackUrl);
      await hasArrived(line, discordPaths.me, 2);
      await at(where === 'one process' ? stack.bff.url : other.url, first).api(
        '/api/logout',
        'POST',
      );
      const { answer, visitsToDiscord } = await following;
      expect(answer.location).toBe(`${stack.bff.url}/discord/guilds`);
      expect(visitsToDiscord).toBe(1);
      expect((await second.api('/api/guilds')).status).toBe(200);
    },
  );

  it('AV-06 at any moment: whoever signed in later is signed in', async () => {
    const { stack, line } = await startStackOnBadLine();
    for (let delayMs = 0; delayMs <= 120; delayMs += 15) {
      const [first, second] = [await stack.signedIn(), stack.visitor()];
      const callbackUrl = await stack.callbackOf(second);
      line.heal();
      for (const path of [discordPaths.token, discordPaths.me])
        line.fail({ path, answer: { late_ms: 40 }, times: 1 });
      line.fail({ path: discordPaths.revoke, held_ms: 20, times: 1 });
      const following = follow(stack, second, callbackUrl);
      await sleep(delayMs);
      await first.api('/api/logout', 'POST');
      const { answer } = await following;
      expect(answer.location, `${delayMs} ms`).toBe(`${stack.bff.url}/discord/guilds`);
      await expectStands(stack, second);
      await second.api('/api/logout', 'POST');
    }
  });
});

describe('a login that breaks off before anybody knows whose it is', () => {
  it('AV-06 signs nobody out elsewhere, though its tokens are given back', async () => {
    const { stack, line } = await startStackOnBadLine();
    const [first, second] = [await stack.signedIn(), stack.visitor()];
    await stack.discord.fault({ path: discordPaths.me, status: 500, times: 1 });
    expect((await stack.signIn(second)).location).toContain('error=discord_unavailable');
    await hasArrived(line, discordPaths.revoke);
    await expectStands(stack, first);
  });

  it('AV-06 signs nobody out elsewhere who has refreshed before it arrived', async () => {
    const { stack, line } = await startStackOnBadLine();
    await stack.discord.settings({ access_token_ttl_seconds: 30 });
    const [first, second] = [await stack.signedIn(), stack.visitor()];
    await stack.discord.fault({ path: discordPaths.me, status: 500, times: 1 });
    line.fail({ path: discordPaths.revoke, held_ms: 1_500, times: 1 });
    expect((await stack.signIn(second)).location).toContain('error=discord_unavailable');
    expect((await first.api('/api/guilds')).status).toBe(200);
    expect(line.arrived.filter((path) => path === discordPaths.token)).toHaveLength(3);
    await hasArrived(line, discordPaths.revoke);
    passTime({ seconds: 31 });
    await expectStands(stack, first);
  });

  it('AV-06 puts nobody in doubt when the person did it, by asking Discord for something else', async () => {
    const { stack, line } = await startStackOnBadLine();
    await stack.signedIn(people.owner.id);
    const visitor = stack.visitor();
    const started = new URL((await visitor.get('/discord/login')).location);
    started.searchParams.set('scope', 'guilds');
    const answer = await visitor.get(pathOf(await stack.discord.consent(started.href)));
    expect(answer.location).toContain('error=missing_scope');
    await hasArrived(line, discordPaths.revoke);
    expect(databaseOf(stack.bff).prepare('select doubtful from grants').all()).toEqual([
      { doubtful: 0 },
    ]);
  });
});

describe('a login whose tokens are refused each time', () => {
  it('AV-06 is begun again once, and then says so', async () => {
    const { stack, line } = await startStackOnBadLine({ OUTBOUND_TIMEOUT_MS: '500' });
    const visitor = await stack.signedIn();
    line.fail({ path: discordPaths.revoke, answer: 'never', times: 1 });
    await visitor.api('/api/logout', 'POST');
    await stack.discord.fault({ path: discordPaths.me, status: 401 });
    const { answer, visitsToDiscord } = await follow(
      stack,
      visitor,
      await stack.callbackOf(visitor),
    );
    expect(visitsToDiscord).toBe(1);
    expect(answer.location).toContain('error=discord_unavailable');
  });

  it('AV-06 stands the second time, and only Discord has to be asked again', async () => {
    const { stack, line } = await startStackOnBadLine();
    const [first, second] = [await stack.signedIn(), stack.visitor()];
    const callbackUrl = await stack.callbackOf(second);
    await first.api('/api/logout', 'POST');
    const repeat = await stack.discord.consent((await second.get(callbackUrl)).location);
    line.arrived.length = 0;
    line.fail({ path: discordPaths.me, answer: { late_ms: 1_000 }, times: 1 });
    const finishing = second.get(repeat);
    await hasArrived(line, discordPaths.me);
    await (await stack.signedIn()).api('/api/logout', 'POST');
    expect((await finishing).location).toBe(`${stack.bff.url}/discord/guilds`);
    expect((await second.api('/api/guilds')).errorCode()).toBe('discord_not_connected');
    await expectStands(stack, second);
  });

  it('AV-06 is not begun again for codes that somebody invented while nothing was revoked', async () => {
    const { stack } = await startStackOnBadLine();
    const visitor = stack.visitor();
    const { searchParams } = new URL(await stack.callbackOf(visitor));
    const answer = await visitor.get(
      `/discord/callback?code=invented&state=${searchParams.get('state')}`,
    );
    expect(answer.location).toContain('error=login_failed');
  });
});

function environmentOf(stack: Stack): Record<string, string> {
  const { config } = stack.bff;
  return {
    ...stack.discord.environment,
    DISCORD_API_URL: config.apiUrl,
    PUBLIC_URL: config.publicUrl,
    SESSION_SECRET: config.sessionSecrets.join(','),
    OUTBOUND_TIMEOUT_MS: String(config.outboundTimeoutMs),
  };
}

function dataDirOf(stack: Stack): string {
  return stack.bff.config.databaseFile.replace(/\/guildhall\.db$/, '');
}

/** The browser at another process's address. */
function at(url: string, visitor: Visitor): Visitor {
  const there = new Visitor(url);
  for (const [name, value] of visitor.cookies) there.cookies.set(name, value);
  return there;
}
