import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startBff } from '../../harness/bff.ts';
import { startBffProcess } from '../../harness/bff-process.ts';
import { people } from '../../harness/discord.ts';
import { json, loginAt, providerPaths, startProvider } from '../../harness/provider.ts';
import { startStack } from '../../harness/stack.ts';
import { Visitor } from '../../harness/visitor.ts';

type Line = { level: number; time: string; event?: string; [field: string]: unknown };

function linesOf(output: string): Line[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);
}

/** Tokens that a search finds again. */
const tokens = (name: string, expiresIn: number) =>
  json({
    access_token: `secret-access-${name}`,
    refresh_token: `secret-refresh-${name}`,
    token_type: 'Bearer',
    expires_in: expiresIn,
    scope: 'identify guilds',
  });

describe('the log', () => {
  it('LG-01 holds no secret after logins, errors, refreshes and a logout, at any level', async () => {
    const user = {
      id: '200000000000000001',
      username: 'ingrid',
      email: 'secret-mail@example.test',
      verified: true,
    };
    const provider = await startProvider({ [providerPaths.me]: json(user) });
    const bff = await startBffProcess({
      ...provider.environment,
      LOG_LEVEL: 'trace',
      DISCORD_CLIENT_SECRET: 'secret-of-the-client',
      DISCORD_BOT_TOKEN: 'secret-of-the-bot',
      SESSION_SECRET: 'secret-of-the-sessions-0123456789abcdef',
      OUTBOUND_TIMEOUT_MS: '1000',
    });
    const secrets = new Set<string>();
    const login = async (visitor: Visitor, code: string, extra = '') => {
      const started = await visitor.get('/discord/login');
      const state = new URL(started.location).searchParams.get('state') ?? '';
      secrets.add(code).add(state);
      const answer = await visitor.get(`/discord/callback?code=${code}&state=${state}${extra}`);
      for (const value of visitor.cookies.values()) secrets.add(value);
      return answer;
    };

    // Logins whose first refresh fails, each in another way; a list that cannot be read, one that can, and a logout.
    const visitor = new Visitor(bff.url);
    const signInAnew = async (name: string) => {
      provider.answer(providerPaths.token, tokens(name, 0.01));
      expect((await login(visitor, `secret-code-${name}`)).location).not.toContain('error=');
    };
    for (const [name, refused] of [
      ['one', json({ error: 'server_error', refresh_token: 'secret-echo-1' }, 500)],
      ['two', json('<p>secret-echo-2 secret-refresh-one', 502)],
      ['three', json({ error: 'invalid_client', error_description: 'secret-echo-3' }, 401)],
    ] as const) {
      await signInAnew(name);
      provider.answer(providerPaths.token, refused);
      expect((await visitor.api('/api/guilds')).status).toBe(503);
    }
    await signInAnew('four');
    provider.answer(providerPaths.guilds, json('{"secret-echo-4'));
    expect((await visitor.api('/api/guilds')).status).toBe(503);
    await signInAnew('five');
    provider.answer(providerPaths.guilds, json([]));
    expect((await visitor.api('/api/guilds')).status).toBe(200);
    provider.answer(providerPaths.revoke, json({ error: 'secret-echo-5' }, 500));
    const thief = visitor.copy();
    expect((await visitor.api('/api/logout', 'POST')).status).toBe(204);
    expect((await thief.api('/api/guilds')).status).toBe(401);

    // Logins that fail, each at another place.
    for (const [code, handler] of [
      ['secret-code-2', json({ error: 'invalid_grant', error_description: 'secret-echo-6' }, 400)],
      ['secret-code-3', json({ error: 'invalid_client', error_description: 'secret-echo-7' }, 401)],
      ['secret-code-4', json('{"access_token":"secret-access-broken", "refresh')],
      ['secret-code-5', json({ access_token: 'secret-access-mac', token_type: 'mac' })],
      [
        'secret-code-6',
        json({ access_token: 'secret-access-less', token_type: 'Bearer', scope: 'secret-scope' }),
      ],
      ['secret-code-7', () => undefined],
    ] as const) {
      provider.answer(providerPaths.token, handler);
      await login(new Visitor(bff.url), code);
    }
    provider.answer(providerPaths.token, tokens('three', 9_999));
    provider.answer(providerPaths.me, json('<p>secret-mail@example.test', 500));
    await login(new Visitor(bff.url), 'secret-code-8');
    provider.answer(providerPaths.me, json({ ...user, id: 'secret-id-9' }));
    await login(new Visitor(bff.url), 'secret-code-9');
    await login(
      new Visitor(bff.url),
      'secret-code-10',
      '&error=access_denied&error_description=secret-echo-8',
    );
    await login(new Visitor(bff.url), 'secret-code-11', '&iss=https://secret-echo-9.test');
    await login(new Visitor(bff.url), 'secret-code-12', '&code=secret-code-13');
    await new Visitor(bff.url).get('/discord/callback?code=secret-code-14&state=secret-state-14');

    // What a client may send that is none of ours.
    for (const target of [
      '/api/session',
      '/api/guilds',
      '/discord/dashboard?code=secret-query',
      '/healthz',
    ])
      await new Visitor(bff.url).api(`${target}?access_token=secret-query`, 'GET', {
        authorization: 'Bearer secret-bearer',
        cookie: 'guildhall=secret-cookie; other=secret-cookie',
        'x-api-key': 'secret-header',
        referer: 'https://x.test/?code=secret-referer',
      });
    await new Visitor(bff.url).send(
      'POST',
      '/api/logout',
      { 'x-csrf': '1' },
      '{"password":"secret-body"}',
    );

    bff.child.kill('SIGTERM');
    const { output, code } = await bff.ended;
    expect(code).toBe(0);
    for (const { form } of provider.to(providerPaths.token))
      if (form.code_verifier) secrets.add(form.code_verifier);
    expect(secrets.size).toBeGreaterThan(40);
    const files = readdirSync(bff.directory).filter((name) => /\.log|\.txt/.test(name));
    const written = [
      output,
      ...files.map((name) => readFileSync(path.join(bff.directory, name), 'utf8')),
    ].join('\n');
    expect([...secrets].filter((secret) => written.includes(secret))).toEqual([]);
    expect(written.match(/.{0,80}secret-.{0,60}/g)).toBeNull();
    expect(written).not.toMatch(/Bearer|authorization|set-cookie|code_verifier/i);

    const events = new Set(linesOf(output).map(({ event }) => event));
    for (const event of [
      'listening',
      'request',
      'login_succeeded',
      'login_failed',
      'refresh_failed',
      'revocation_failed',
      'logout',
      'stopping',
    ])
      expect(events).toContain(event);
    // Nothing beside our own lines.
    expect(output.split('\n').filter((line) => line !== '' && !line.startsWith('{'))).toEqual([]);
  });

  it('LG-01 holds no e-mail of the sandbox’s people', async () => {
    const stack = await startStack({ LOG_LEVEL: 'trace' });
    await stack.signedIn(people.member.id);
    expect(stack.bff.log.join('')).not.toMatch(/@example|sam\.carter|Sam Carter/);
  });

  it('LG-03 cannot be forged by what a client sends', async () => {
    const bff = await startBff();
    onTestFinished(() => bff.close());
    const visitor = new Visitor(bff.url);
    await visitor.get('/x%0a{"level":30,"event":"forged"}');
    await visitor.get('/"},{"event":"forged","x":"');
    await visitor.get('/\\u000a\\');
    await visitor.get('/api/session', { 'x-request-id': '"forged"', 'user-agent': '\t"forged' });
    for (const line of bff.log) {
      expect(line.endsWith('\n')).toBe(true);
      expect(line.trimEnd()).not.toContain('\n');
      expect((JSON.parse(line) as Line).event).not.toBe('forged');
    }
    const requests = linesOf(bff.log.join('')).filter(({ event }) => event === 'request');
    expect(requests.length).toBeGreaterThan(0);
    expect(new Set(requests.map(({ request_id }) => request_id)).size).toBe(requests.length);
  });

  it('LG-08 tells of a network’s 404s once a second, with how many there were, and of long paths 200 characters', async () => {
    const bff = await startBff();
    onTestFinished(() => bff.close());
    const visitor = new Visitor(bff.url);
    for (let each = 0; each < 300; each += 1)
      await visitor.api(`/api/${String(each).padStart(8_000, 'x')}`);
    await visitor.api('/api/session');
    const lines = () => linesOf(bff.log.join('')).filter(({ event }) => event === 'request');
    const missing = () => lines().filter(({ status }) => status === 404);
    const told = () => missing().reduce((sum, { more = 0 }) => sum + 1 + Number(more), 0);
    await vi.waitFor(() => expect(told()).toBe(300), { timeout: 5_000 });
    const seconds = Date.parse(missing().at(-1)?.time ?? '') - Date.parse(missing()[0]?.time ?? '');
    expect(missing().length).toBeLessThanOrEqual(Math.ceil(seconds / 1_000) + 1);
    for (const { path: told } of lines()) expect(String(told).length).toBeLessThanOrEqual(201);
    expect(lines().filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('tells of health checks at debug only', async () => {
    const bff = await startBff();
    onTestFinished(() => bff.close());
    await new Visitor(bff.url).get('/healthz');
    await new Visitor(bff.url).get('/readyz');
    await new Visitor(bff.url).api('/api/session');
    const levels = linesOf(bff.log.join('')).filter(({ event }) => event === 'request');
    expect(levels.map(({ path: told, level }) => [told, level])).toEqual([
      ['/healthz', 20],
      ['/readyz', 20],
      ['/api/session', 30],
    ]);
  });

  it('LG-03 calls nothing a failure of ours when a client hangs up', async () => {
    const bff = await startBff();
    onTestFinished(() => bff.close());
    const port = Number(new URL(bff.url).port);
    for (const text of [
      'POST /api/logout HTTP/1.1\r\nhost: x\r\nx-csrf: 1\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n',
      'POST /api/logout HTTP/1.1\r\nhost: x\r\nx-csrf: 1\r\ncontent-length: 100\r\n\r\nhello',
      'GET /discord/dashboard HTTP/1.1\r\nhost: x\r\n\r\n',
      'GET /api/events HTTP/1.1\r\nhost: x\r\n\r\n',
      'GET /api/sess',
    ])
      for (const way of ['destroy', 'resetAndDestroy'] as const) {
        const socket = connect(port, '127.0.0.1');
        socket.on('error', () => undefined);
        await new Promise((resolve) => socket.write(text, resolve));
        await new Promise((resolve) => setTimeout(resolve, 30));
        socket[way]();
      }
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(linesOf(bff.log.join('')).filter(({ level }) => level >= 40)).toEqual([]);
  });

  it('LG-04 tells of every step of a session: when, who, in which request', async () => {
    const stack = await startStack({ OUTBOUND_TIMEOUT_MS: '1000' });
    await stack.discord.settings({ access_token_ttl_seconds: 0.05 });
    const visitor = await stack.signedIn();
    const other = await stack.signedIn(people.owner.id);
    await new Promise((resolve) => setTimeout(resolve, 60));
    await stack.discord.fault({
      path: '/api/oauth2/token',
      status: 429,
      headers: { 'retry-after': '0' },
      times: 1,
    });
    await visitor.api('/api/guilds');
    await stack.discord.control('DELETE', `/people/${people.owner.id}/authorization`);
    await other.api('/api/guilds');
    await visitor.api('/api/logout', 'POST');
    await stack.visitor().get('/discord/callback?code=x&state=y');
    const canceller = stack.visitor();
    const started = await canceller.get('/discord/login');
    await canceller.get(await stack.discord.consent(started.location, people.member.id, 'cancel'));

    const lines = linesOf(stack.bff.log.join(''));
    const of = (event: string) => lines.filter((line) => line.event === event);
    const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
    const hashed = /^[\w-]{12}$/;
    expect(of('login_succeeded')).toHaveLength(2);
    for (const event of ['login_succeeded', 'logout'])
      for (const line of of(event))
        expect(line).toMatchObject({
          time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          request_id: expect.stringMatching(uuid),
          user_id: expect.stringMatching(/^\d+$/),
          session: expect.stringMatching(hashed),
        });
    expect(of('logout')).toHaveLength(1);
    expect(of('logout')[0]?.session).toBe(of('login_succeeded')[0]?.session);
    expect(of('refresh_failed')).toHaveLength(1);
    expect(of('refresh_failed')[0]).toMatchObject({
      level: 40,
      user_id: people.member.id,
    });
    expect(of('session_ended')[0]).toMatchObject({
      reason: 'refresh_refused',
      user_id: people.owner.id,
      sessions: 1,
    });
    expect(of('login_failed').map(({ error, level }) => [error, level])).toEqual([
      ['login_expired', 30],
      ['access_denied', 30],
    ]);
    for (const line of of('login_failed')) expect(line.request_id).toMatch(uuid);
    const requests = new Set(of('request').map(({ request_id }) => request_id));
    for (const line of lines.filter(({ request_id }) => request_id))
      expect(requests).toContain(line.request_id);
  });

  it('LG-04 tells the client the same request id as the log', async () => {
    const bff = await startBff();
    onTestFinished(() => bff.close());
    const { headers } = await new Visitor(bff.url).api('/api/guilds');
    await vi.waitFor(() => expect(bff.log.join('')).toContain(String(headers['x-request-id'])));
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('LG-02 says nothing at all when it is told to be silent', async () => {
    const bff = await startBff({ LOG_LEVEL: 'silent' });
    onTestFinished(() => bff.close());
    await loginAt(bff.url);
    expect(bff.log).toEqual([]);
  });
});
