import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  type BadLine,
  openProcessesOnBadLine,
  startStackOnBadLine,
} from '../../harness/bad-line.ts';
import { startBff } from '../../harness/bff.ts';
import { passTime } from '../../harness/clock.ts';
import { directoryForTest } from '../../harness/directory-for-test.ts';
import { discordPaths, people } from '../../harness/discord.ts';
import { json, loginAt, providerPaths, startProvider } from '../../harness/provider.ts';
import { Stack } from '../../harness/stack.ts';
import { Visitor } from '../../harness/visitor.ts';

const dueSoon = 30; // seconds: refreshed ahead, and good until then

/** A visitor whose access token is due, but still good. What is issued from now on lasts. */
async function signedInWithDueToken(stack: Stack, secondsLeft = dueSoon): Promise<Visitor> {
  await stack.discord.settings({ access_token_ttl_seconds: secondsLeft });
  const visitor = await stack.signedIn();
  await stack.discord.settings({ access_token_ttl_seconds: 604_800 });
  return visitor;
}

function callsTo(line: BadLine, path: string): number {
  return line.arrived.filter((each) => each === path).length;
}

/** Signed in, without tokens that work: told so again and again, at no cost to Discord. A login heals it. */
async function expectDiscordNotConnected(
  stack: Stack,
  visitor: Visitor,
  line: BadLine,
): Promise<void> {
  const first = await visitor.api('/api/guilds');
  expect([first.status, first.errorCode()]).toEqual([403, 'discord_not_connected']);
  const calls = line.arrived.length;
  for (let time = 0; time < 5; time += 1) {
    const answer = await visitor.api('/api/guilds');
    expect([answer.status, answer.errorCode()]).toEqual([403, 'discord_not_connected']);
  }
  expect(line.arrived).toHaveLength(calls);
  expect(await stack.whoIs(visitor)).toMatchObject({ id: people.member.id });

  expect((await stack.signIn(visitor)).location).toBe(`${visitor.base}/discord/guilds`);
  expect((await visitor.api('/api/guilds')).status).toBe(200);
}

describe('a refresh that Discord has carried out, and of which the answer is lost', () => {
  it.each([
    ['a cut connection', 'reset'],
    ['a gateway in between', 'bad gateway'],
    ['our deadline', 'never'],
  ] as const)('AV-05 by %s signs nobody out', async (_how, answer) => {
    const { stack, line } = await startStackOnBadLine({ OUTBOUND_TIMEOUT_MS: '500' });
    const visitor = await signedInWithDueToken(stack);
    line.fail({ path: discordPaths.token, answer, times: 1 });
    expect((await visitor.api('/api/guilds')).status).toBe(200); // with the old access token
    passTime({ seconds: 31 });
    await expectDiscordNotConnected(stack, visitor, line);
  });

  it('AV-05 leaves the access token to be used for as long as it lives', async () => {
    const provider = await startProvider();
    const bff = await startBff(provider.environment);
    onTestFinished(() => bff.close());
    const pair = { access_token: 'a', refresh_token: 'r', token_type: 'Bearer', expires_in: 50 };
    provider.answer(providerPaths.token, json(pair));
    const { visitor } = await loginAt(bff.url);
    provider.answer(providerPaths.token, (_response, _request, { socket }) =>
      socket.resetAndDestroy(),
    );
    expect((await visitor.api('/api/guilds')).status).toBe(200);
    provider.answer(providerPaths.token, json({ error: 'invalid_grant' }, 400));
    passTime({ seconds: 31 });
    expect((await visitor.api('/api/guilds')).data()).toMatchObject({ stale: false });
    passTime({ seconds: 31 });
    const over = await visitor.api('/api/guilds');
    expect([over.status, over.errorCode()]).toEqual([403, 'discord_not_connected']);
    expect(provider.to(providerPaths.token)).toHaveLength(3);
    expect(provider.to(providerPaths.guilds)).toHaveLength(2);
    expect((await visitor.api('/api/session')).data()).toMatchObject({ user: {} });
  });

  it('AV-05 asks Discord no more than twice with a dead access token that should be good', async () => {
    const provider = await startProvider();
    const bff = await startBff(provider.environment);
    onTestFinished(() => bff.close());
    const { visitor } = await loginAt(bff.url);
    provider.answer(providerPaths.guilds, json({ message: '401: Unauthorized' }, 401));
    provider.answer(providerPaths.token, json('<h1>Bad gateway</h1>', 502));
    expect((await visitor.api('/api/guilds')).status).toBe(503);
    provider.answer(providerPaths.token, json({ error: 'invalid_grant' }, 400));
    passTime({ seconds: 2 });
    for (let time = 0; time < 8; time += 1) {
      const answer = await visitor.api('/api/guilds');
      expect([answer.status, answer.errorCode()]).toEqual([403, 'discord_not_connected']);
    }
    expect(provider.to(providerPaths.guilds).length).toBeLessThanOrEqual(3);
    expect(provider.to(providerPaths.token)).toHaveLength(3);
  });

  it('AV-05 with the process that asked killed: the next one uses the old token at once, and asks for Discord again later', async () => {
    const { discord, line, start } = await openProcessesOnBadLine();
    const first = await start({ OUTBOUND_TIMEOUT_MS: '2000' });
    const stack = new Stack(discord, { url: first.url } as never);
    const visitor = await signedInWithDueToken(stack, 12);
    const signedInAt = performance.now();
    line.fail({ path: discordPaths.token, answer: 'never', times: 1 });
    visitor.api('/api/guilds').catch(() => {}); // dies with the process
    await vi.waitFor(() => expect(callsTo(line, discordPaths.token)).toBe(2));
    first.child.kill('SIGKILL');
    await first.ended;

    const second = await start({ OUTBOUND_TIMEOUT_MS: '2000' });
    const askedAt = performance.now();
    expect((await visitor.api('/api/guilds')).status).toBe(200);
    expect(performance.now() - askedAt).toBeLessThan(2_500); // the dead one's lease holds for 4 s
    expect(callsTo(line, discordPaths.token)).toBe(2);
    second.child.kill('SIGKILL'); // and its list with it
    await second.ended;

    await start({ OUTBOUND_TIMEOUT_MS: '2000' });
    await sleep(Math.max(0, signedInAt + 12_500 - performance.now()));
    await expectDiscordNotConnected(stack, visitor, line);
  });

  it('AV-05 with the process killed before the refresh reached Discord: the next one goes on as if nothing had been', async () => {
    const { discord, line, start } = await openProcessesOnBadLine();
    const first = await start({ OUTBOUND_TIMEOUT_MS: '2000' });
    const stack = new Stack(discord, { url: first.url } as never);
    const visitor = await signedInWithDueToken(stack, 1);
    await sleep(1_100);
    line.fail({ path: discordPaths.token, held_ms: 60_000, times: 1 });
    visitor.api('/api/guilds').catch(() => {}); // dies with the process
    await vi.waitFor(() => expect(line.waiting()).toBe(1));
    first.child.kill('SIGKILL');
    await first.ended;
    await start({ OUTBOUND_TIMEOUT_MS: '2000' });
    await vi.waitFor(async () => expect((await visitor.api('/api/guilds')).status).toBe(200), {
      timeout: 15_000,
      interval: 500,
    });
    expect(await stack.whoIs(visitor)).not.toBeNull();
  });
});
describe('doubt about a refresh token', () => {
  it('AV-05 ends with the next refresh that works: who takes the permission back then is signed out', async () => {
    const { stack, line } = await startStackOnBadLine();
    const visitor = await signedInWithDueToken(stack, 1);
    passTime({ seconds: 2 });
    await stack.discord.fault({ path: discordPaths.token, status: 502, times: 1 }); // spends nothing
    expect((await visitor.api('/api/guilds')).status).toBe(503);
    expect((await visitor.api('/api/guilds')).status).toBe(200);
    await stack.discord.control('DELETE', `/people/${people.member.id}/authorization`);
    passTime({ seconds: 31 });
    expect((await visitor.api('/api/guilds')).errorCode()).toBe('not_signed_in');
    expect(await stack.isAnonymous(visitor)).toBe(true);
    expect(callsTo(line, discordPaths.token)).toBe(4);
  });

  it.each([
    ['Discord asks us to wait', { status: 429, headers: { 'retry-after': '5' }, body: {} }],
    ['Discord refuses us, not the person', { status: 401, body: { error: 'invalid_client' } }],
  ])('AV-05 does not come about when %s', async (_what, fault) => {
    const { stack } = await startStackOnBadLine();
    const visitor = await signedInWithDueToken(stack, 1);
    passTime({ seconds: 2 });
    await stack.discord.fault({ path: discordPaths.token, times: 1, ...fault });
    expect((await visitor.api('/api/guilds')).status).toBe(503);
    await stack.discord.control('DELETE', `/people/${people.member.id}/authorization`);
    passTime({ seconds: 6 });
    expect((await visitor.api('/api/guilds')).errorCode()).toBe('not_signed_in');
    expect(await stack.isAnonymous(visitor)).toBe(true);
  });

  it('AV-05 keeps who takes the permission back signed in, without a list', async () => {
    const { stack, line } = await startStackOnBadLine();
    const visitor = await signedInWithDueToken(stack, 1);
    passTime({ seconds: 2 });
    line.fail({ path: discordPaths.token, answer: 'reset', times: 1 });
    expect((await visitor.api('/api/guilds')).status).toBe(503);
    await stack.discord.control('DELETE', `/people/${people.member.id}/authorization`);
    passTime({ seconds: 2 });
    await expectDiscordNotConnected(stack, visitor, line);
  });
});

describe('a refresh and something else at the same time', () => {
  it('AV-05 holds up no other process that has a token which is still good', async () => {
    const directory = directoryForTest();
    const environment = { SESSION_SECRET: 'x'.repeat(40) };
    const { stack, line } = await startStackOnBadLine(environment, { directory });
    const other = await startBff(
      { ...stack.discord.environment, ...environment, DISCORD_API_URL: `${line.url}/api` },
      { directory },
    );
    onTestFinished(() => other.close());
    const visitor = await signedInWithDueToken(stack);
    const elsewhere = new Visitor(other.url);
    for (const [name, value] of visitor.cookies) elsewhere.cookies.set(name, value);
    line.fail({ path: discordPaths.token, answer: { late_ms: 3_000 }, times: 1 });
    const first = visitor.api('/api/guilds');
    await vi.waitFor(() => expect(callsTo(line, discordPaths.token)).toBe(2));
    const askedAt = performance.now();
    expect((await elsewhere.api('/api/guilds')).status).toBe(200);
    expect(performance.now() - askedAt).toBeLessThan(2_000);
    expect((await first).status).toBe(200);
    expect(callsTo(line, discordPaths.token)).toBe(2);
  });

  it('AV-06 does not put its tokens in the place of those of a later sign-in', async () => {
    const { stack, line } = await startStackOnBadLine();
    const visitor = await signedInWithDueToken(stack, 1);
    passTime({ seconds: 2 });
    line.fail({ path: discordPaths.token, answer: { late_ms: 1_500 }, times: 1 });
    const listing = visitor.copy().api('/api/guilds');
    await vi.waitFor(() => expect(callsTo(line, discordPaths.token)).toBe(2));
    expect((await visitor.api('/api/logout', 'POST')).status).toBe(204);
    expect((await stack.signIn(visitor)).location).toBe(`${stack.bff.url}/discord/guilds`);
    await listing;
    expect((await visitor.api('/api/guilds')).status).toBe(200);
    passTime({ seconds: 31 });
    expect((await visitor.api('/api/guilds')).data()).toMatchObject({ stale: false });
  });
});
