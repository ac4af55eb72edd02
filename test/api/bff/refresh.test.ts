import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
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
import { Stack, startStack } from '../../harness/stack.ts';
import { Visitor } from '../../harness/visitor.ts';

/** The refreshes Discord was asked for. */
async function refreshes(stack: Stack) {
  const asked = await stack.discord.asked(discordPaths.token);
  return asked.filter(({ body }) => body?.grant_type === 'refresh_token');
}

/** A visitor whose access token is due: good for a few more seconds, or run out. What is issued from now on lasts. */
async function signedInWithDueToken(stack: Stack, secondsLeft = 30): Promise<Visitor> {
  await stack.discord.settings({ access_token_ttl_seconds: secondsLeft });
  const visitor = await stack.signedIn();
  await stack.discord.settings({ access_token_ttl_seconds: 604_800 });
  if (secondsLeft < 1) await sleep(secondsLeft * 1000 + 10);
  return visitor;
}

/** Long enough for the login itself on a busy machine. */
const ranOut = 0.4;

describe('refreshing an access token', () => {
  it('RF-01 gets a new pair for a token that has run out, and uses it from then on', async () => {
    const stack = await startStack();
    const visitor = await signedInWithDueToken(stack, ranOut);
    expect((await visitor.api('/api/guilds')).status).toBe(200);
    const [refresh, ...more] = await refreshes(stack);
    expect(more).toEqual([]);
    expect(refresh?.body).toEqual({
      grant_type: 'refresh_token',
      refresh_token: '[redacted]',
      client_id: stack.bff.config.clientId,
      client_secret: '[redacted]',
    });
    passTime({ seconds: 31 }); // the list is asked for again, with the token that was stored
    expect((await visitor.api('/api/guilds')).status).toBe(200);
    expect(await stack.discord.asked(discordPaths.guilds)).toHaveLength(2);
    expect(await refreshes(stack)).toHaveLength(1);
  });

  it('RF-01 gives the second refresh the refresh token of the first', async () => {
    const stack = await startStack({ SESSION_IDLE_SECONDS: '2592000' });
    const visitor = await signedInWithDueToken(stack, ranOut);
    await visitor.api('/api/guilds');
    passTime({ days: 7 });
    expect((await visitor.api('/api/guilds')).status).toBe(200);
    expect(await refreshes(stack)).toHaveLength(2);
  });

  it.each([1, 2, 5, 50])('RF-02 refreshes once for %i requests at a time', async (requests) => {
    const stack = await startStack();
    const visitor = await signedInWithDueToken(stack, ranOut);
    await stack.discord.fault({ path: discordPaths.token, delay_ms: 100 });
    const answers = await Promise.all(
      Array.from({ length: requests }, () => visitor.api('/api/guilds')),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(requests).fill(200));
    expect(await refreshes(stack)).toHaveLength(1);
  });

  it('RF-02 refreshes once for two sessions of one person, and keeps both', async () => {
    const stack = await startStack();
    const first = await signedInWithDueToken(stack, ranOut);
    const second = await signedInWithDueToken(stack, ranOut);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 ? first : second).api('/api/guilds')),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await refreshes(stack)).toHaveLength(1);
    expect(await stack.whoIs(first)).not.toBeNull();
    expect(await stack.whoIs(second)).not.toBeNull();
  });

  it('RF-03 refreshes once across two processes on one directory, and nobody loses their session', async () => {
    const directory = directoryForTest();
    const stack = await startStack({ SESSION_SECRET: 'x'.repeat(40) }, { directory });
    const other = await startBff(
      { ...stack.discord.environment, SESSION_SECRET: 'x'.repeat(40) },
      { directory },
    );
    onTestFinished(() => other.close());
    const visitor = await signedInWithDueToken(stack, ranOut);
    const elsewhere = new Visitor(other.url);
    for (const [name, value] of visitor.cookies) elsewhere.cookies.set(name, value);
    await stack.discord.fault({ path: discordPaths.token, delay_ms: 200 });
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 ? visitor : elsewhere).api('/api/guilds'),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(await refreshes(stack)).toHaveLength(1);
    expect(await stack.whoIs(visitor)).toMatchObject({ id: people.member.id });
  });

  it('RF-03 lets the other process try when the first one gets no answer', async () => {
    const directory = directoryForTest();
    const environment = { SESSION_SECRET: 'x'.repeat(40), OUTBOUND_TIMEOUT_MS: '500' };
    const stack = await startStack(environment, { directory });
    const other = await startBff({ ...stack.discord.environment, ...environment }, { directory });
    onTestFinished(() => other.close());
    const visitor = await signedInWithDueToken(stack, ranOut);
    const elsewhere = new Visitor(other.url);
    for (const [name, value] of visitor.cookies) elsewhere.cookies.set(name, value);
    await stack.discord.fault({ path: discordPaths.token, status: 502, delay_ms: 100, times: 1 });
    const [first, second] = await Promise.all([
      visitor.api('/api/guilds'),
      sleep(50).then(() => elsewhere.api('/api/guilds')),
    ]);
    expect([first.status, second.status]).toEqual([503, 200]);
    expect(await refreshes(stack)).toHaveLength(2);
  });

  it('RF-04 finishes and stores a refresh whose asker has hung up', async () => {
    const stack = await startStack();
    const visitor = await signedInWithDueToken(stack, ranOut);
    await stack.discord.fault({ path: discordPaths.token, delay_ms: 200, times: 1 });
    const abort = new AbortController();
    const hungUp = fetch(`${stack.bff.url}/api/guilds`, {
      headers: {
        'x-csrf': '1',
        cookie: [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
      signal: abort.signal,
    });
    await vi.waitFor(async () => expect(await refreshes(stack)).toHaveLength(1));
    abort.abort();
    await expect(hungUp).rejects.toThrow();
    await sleep(250);
    expect((await visitor.api('/api/guilds')).status).toBe(200);
    expect(await refreshes(stack)).toHaveLength(1);
  });

  it('RF-05 keeps the refresh token when Discord sends no new one', async () => {
    const provider = await startProvider();
    const bff = await startBff(provider.environment);
    onTestFinished(() => bff.close());
    const visitor = await signedInAt(bff.url, provider, { expires_in: 0.01 });
    provider.answer(
      providerPaths.token,
      json({ access_token: 'renewed-1', token_type: 'Bearer', expires_in: 0.01 }),
    );
    expect((await visitor.api('/api/guilds')).status).toBe(200);
    passTime({ seconds: 31 });
    expect((await visitor.api('/api/guilds')).status).toBe(200);
    const sent = provider.to(providerPaths.token).map(({ form }) => form.refresh_token);
    expect(sent).toEqual([undefined, 'the-refresh-token', 'the-refresh-token']);
  });

  it('RF-06 ends the session when Discord takes the refresh token back', async () => {
    const stack = await startStack();
    const visitor = await signedInWithDueToken(stack, ranOut);
    const thief = visitor.copy();
    await stack.discord.control('DELETE', `/people/${people.member.id}/authorization`);
    const answer = await visitor.api('/api/guilds');
    expect(answer.status).toBe(401);
    expect(answer.errorCode()).toBe('not_signed_in');
    expect(visitor.cookies.has('guildhall')).toBe(false);
    expect(await refreshes(stack)).toHaveLength(1);
    expect(await stack.isAnonymous(thief)).toBe(true);
    expect(await refreshes(stack)).toHaveLength(1);

    expect((await stack.signIn(visitor)).location).toBe(`${stack.bff.url}/discord/guilds`);
    expect((await visitor.api('/api/guilds')).status).toBe(200);
  });

  it('RF-06 tells all of many waiting requests that the session is over, after one refresh', async () => {
    const stack = await startStack();
    const visitor = await signedInWithDueToken(stack, ranOut);
    await stack.discord.control('DELETE', `/people/${people.member.id}/authorization`);
    const answers = await Promise.all(Array.from({ length: 20 }, () => visitor.api('/api/guilds')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect(await refreshes(stack)).toHaveLength(1);
  });

  it.each([
    ['500', { status: 500, body: { message: 'oops' } }],
    ['500 that says invalid_grant', { status: 500, body: { error: 'invalid_grant' } }],
    ['200 that says invalid_grant', { status: 200, body: { error: 'invalid_grant' } }],
    ['502 of HTML', { status: 502, body: '<h1>Bad gateway</h1>' }],
    ['400 of HTML', { status: 400, body: '<h1>invalid_grant</h1>' }],
    ['429', { status: 429, body: { retry_after: 7 } }],
    ['401 invalid_client', { status: 401, body: { error: 'invalid_client' } }],
    ['403', { status: 403, body: { message: 'blocked', code: 40333 } }],
    ['200 of nothing', { status: 200, body: '' }],
    ['200 of null', { status: 200, body: null }],
    ['200 without an access token', { status: 200, body: { token_type: 'Bearer' } }],
    ['200 with a mac token', { status: 200, body: { access_token: 'x', token_type: 'mac' } }],
    [
      '200 with a token that no header can hold',
      { status: 200, body: { access_token: 'a\r\nb', token_type: 'Bearer' } },
    ],
    ['a redirect', { status: 307, headers: { location: 'http://127.0.0.1:9/' } }],
    ['silence', { delay_ms: 60_000 }],
    ['a cut connection', { reset: true }],
  ])('RF-07 keeps the session when a refresh ends in %s', async (what, fault) => {
    const stack = await startStack(what === 'silence' ? { OUTBOUND_TIMEOUT_MS: '500' } : {});
    const visitor = await signedInWithDueToken(stack, ranOut);
    await stack.discord.fault({ path: discordPaths.token, times: 1, ...fault });
    const answer = await visitor.api('/api/guilds');
    expect(answer.status).toBe(503);
    expect(answer.errorCode()).toBe('discord_unavailable');
    expect(await stack.whoIs(visitor)).not.toBeNull();
    // The sandbox takes a refresh token once only, so this one is the same that failed before.
    expect((await visitor.api('/api/guilds')).status).toBe(200);
    expect(await refreshes(stack)).toHaveLength(2);
  });

  it('RF-08 ends nothing and revokes the new tokens when the person signs out during a refresh', async () => {
    const provider = await startProvider();
    const bff = await startBff(provider.environment);
    onTestFinished(() => bff.close());
    const visitor = await signedInAt(bff.url, provider, { expires_in: 0.01 });
    const late = visitor.copy();
    const refreshAsked = Promise.withResolvers<() => void>();
    const lateTokens = {
      access_token: 'late-access',
      token_type: 'Bearer',
      refresh_token: 'late-refresh',
    };
    provider.answer(providerPaths.token, (...call) =>
      refreshAsked.resolve(() => json(lateTokens)(...call)),
    );
    const listing = late.api('/api/guilds');
    const answerRefresh = await refreshAsked.promise;
    expect((await visitor.api('/api/logout', 'POST')).status).toBe(204);
    answerRefresh();
    expect((await listing).status).toBe(401);
    await vi.waitFor(() =>
      expect(provider.to(providerPaths.revoke).map(({ form }) => form.token)).toContain(
        'late-refresh',
      ),
    );
    const session = await late.api('/api/session');
    expect(session.data()).toEqual({ user: null });
    expect(provider.to(providerPaths.guilds)).toEqual([]);
  });

  it('RF-09 stores the new pair although storage refuses the first writes', async () => {
    const stack = await startStack();
    const visitor = await signedInWithDueToken(stack, ranOut);
    const storage = new DatabaseSync(stack.bff.config.databaseFile);
    onTestFinished(() => storage.close());
    storage.exec(
      `create trigger refuse before update of sealed on grants begin select raise(abort, 'disk full'); end`,
    );
    const listing = visitor.api('/api/guilds');
    await vi.waitFor(async () => expect(await refreshes(stack)).toHaveLength(1));
    await sleep(250);
    storage.exec('drop trigger refuse');
    expect((await listing).status).toBe(200);
    passTime({ seconds: 31 });
    expect((await visitor.api('/api/guilds')).status).toBe(200);
    expect(await refreshes(stack)).toHaveLength(1);
  });

  it('RF-09 does not lose the new pair when storage refuses it for long', async () => {
    const stack = await startStack();
    const visitor = await signedInWithDueToken(stack, ranOut);
    const storage = new DatabaseSync(stack.bff.config.databaseFile);
    onTestFinished(() => storage.close());
    storage.exec(
      `create trigger refuse before update of sealed on grants begin select raise(abort, 'disk full'); end`,
    );
    const answer = await visitor.api('/api/guilds');
    expect(answer.status).toBe(503);
    expect(answer.errorCode()).toBe('storage_unavailable');
    storage.exec('drop trigger refuse');
    expect((await visitor.api('/api/guilds')).status).toBe(200);
    expect(await refreshes(stack)).toHaveLength(1);
  });

  it('RF-11 passes on how long Discord asks us to wait, and waits', async () => {
    const stack = await startStack();
    const visitor = await signedInWithDueToken(stack, ranOut);
    await stack.discord.fault({
      path: discordPaths.token,
      status: 429,
      headers: { 'retry-after': '23' },
      body: { retry_after: 23 },
    });
    const answers = [];
    for (let time = 0; time < 5; time += 1) answers.push(await visitor.api('/api/guilds'));
    for (const answer of answers) {
      expect(answer.status).toBe(503);
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(20);
    }
    expect(await refreshes(stack)).toHaveLength(1);
    await stack.discord.clearFaults();
    passTime({ seconds: 24 });
    expect((await visitor.api('/api/guilds')).status).toBe(200);
  });

  it('RF-10 refreshes once when Discord refuses a good token, and then ends the session', async () => {
    const stack = await startStack();
    const visitor = await stack.signedIn();
    await stack.discord.fault({
      path: discordPaths.guilds,
      status: 401,
      body: { message: '401: Unauthorized', code: 0 },
    });
    expect((await visitor.api('/api/guilds')).status).toBe(401);
    expect(await refreshes(stack)).toHaveLength(1);
    expect(await stack.discord.asked(discordPaths.guilds)).toHaveLength(2);
    expect((await visitor.api('/api/guilds')).status).toBe(401);
    expect(await stack.discord.asked(discordPaths.guilds)).toHaveLength(2);
  });

  it('RF-10 signs out a person who removed the application at Discord', async () => {
    const stack = await startStack();
    const visitor = await stack.signedIn();
    await stack.discord.control('DELETE', `/people/${people.member.id}/authorization`);
    const answers = await Promise.all(Array.from({ length: 5 }, () => visitor.api('/api/guilds')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect(await refreshes(stack)).toHaveLength(1);
    expect(await stack.whoIs(visitor)).toBeNull();
  });

  it('RF-10 goes on when one refresh is enough', async () => {
    const stack = await startStack();
    const visitor = await stack.signedIn();
    await stack.discord.fault({ path: discordPaths.guilds, status: 401, times: 1 });
    expect((await visitor.api('/api/guilds')).status).toBe(200);
    expect(await refreshes(stack)).toHaveLength(1);
  });

  it.each([
    ['absent', undefined, null],
    ['null', null, null],
    ['604800 as text', '604800', 604_800],
    ['a number', 604_800, 604_800],
    ['0', 0, 3_600],
    ['-1', -1, 3_600],
    ['1e999', '1e999 unquoted', 3_600],
    ['a word', 'abc', 3_600],
    ['empty text', '', 3_600],
    ['NaN as text', 'NaN', 3_600],
    ['Infinity as text', 'Infinity', 3_600],
    ['a list', [], 3_600],
    ['a list of a number', [604_800], 3_600],
    ['an object', {}, 3_600],
    ['true', true, 3_600],
    ['a century', 3_155_760_000, 31_536_000],
    ['1e300', 1e300, 31_536_000],
  ])('RF-12 takes %s as expires_in, and never for ever', async (_what, expiresIn, seconds) => {
    const provider = await startProvider();
    const bff = await startBff(provider.environment);
    onTestFinished(() => bff.close());
    const visitor = await signedInAt(bff.url, provider, { expires_in: expiresIn });
    expect((await visitor.api('/api/session')).data()).toMatchObject({
      user: { username: 'ingrid' },
    });
    expect((await visitor.api('/api/guilds')).status).toBe(200);

    const storage = new DatabaseSync(bff.config.databaseFile, { readOnly: true });
    onTestFinished(() => storage.close());
    const { expires_at: expiresAt } = storage.prepare('select expires_at from grants').get() as {
      expires_at: number | null;
    };
    if (seconds === null) expect(expiresAt).toBeNull();
    else expect(Math.abs((expiresAt ?? 0) - Date.now() - seconds * 1000)).toBeLessThan(5_000);
  });

  it('RF-12 relies on Discord to refuse a token whose end it did not tell', async () => {
    const provider = await startProvider();
    const bff = await startBff(provider.environment);
    onTestFinished(() => bff.close());
    const visitor = await signedInAt(bff.url, provider, { expires_in: undefined });
    provider.answer(providerPaths.guilds, (response, request, message) => {
      const isNew = request.headers.authorization === 'Bearer access-token-1';
      json(isNew ? [] : { message: '401: Unauthorized' }, isNew ? 200 : 401)(
        response,
        request,
        message,
      );
    });
    provider.answer(
      providerPaths.token,
      json({ access_token: 'access-token-1', token_type: 'Bearer' }),
    );
    expect((await visitor.api('/api/guilds')).status).toBe(200);
    expect(provider.to(providerPaths.token)).toHaveLength(2);
  });

  it('RF-13 refreshes ahead a token with half a minute left', async () => {
    const stack = await startStack();
    const visitor = await signedInWithDueToken(stack, 30);
    expect((await visitor.api('/api/guilds')).status).toBe(200);
    expect(await refreshes(stack)).toHaveLength(1);
  });

  it('RF-13 uses a token with half a minute left while it cannot be refreshed', async () => {
    const stack = await startStack({ OUTBOUND_TIMEOUT_MS: '500' });
    const visitor = await signedInWithDueToken(stack, 30);
    await stack.discord.fault({ path: discordPaths.token, status: 500 });
    expect((await visitor.api('/api/guilds')).status).toBe(200);
  });

  it('RF-13 does not refresh a token that is good for long', async () => {
    const stack = await startStack();
    const visitor = await stack.signedIn();
    await visitor.api('/api/guilds');
    expect(await refreshes(stack)).toEqual([]);
  });

  it('RF-14 ends a session that got no refresh token when its access token has run out', async () => {
    const provider = await startProvider();
    const bff = await startBff(provider.environment);
    onTestFinished(() => bff.close());
    const visitor = await signedInAt(bff.url, provider, {
      expires_in: 0.01,
      refresh_token: undefined,
    });
    expect((await visitor.api('/api/guilds')).status).toBe(401);
    expect(provider.to(providerPaths.token)).toHaveLength(1);
  });
});

/** A whole login at a provider that answers the code with these members over the usual ones. */
async function signedInAt(
  bffUrl: string,
  provider: Provider,
  members: Record<string, unknown>,
): Promise<Visitor> {
  const body = JSON.stringify({
    access_token: 'the-access-token',
    token_type: 'Bearer',
    refresh_token: 'the-refresh-token',
    scope: 'identify guilds',
    ...members,
  }).replace('"1e999 unquoted"', '1e999');
  provider.answer(providerPaths.token, json(body));
  const { visitor, answer } = await loginAt(bffUrl);
  if (answer.location.includes('error=')) throw new Error(`the login failed: ${answer.location}`);
  return visitor;
}
