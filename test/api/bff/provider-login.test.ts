import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startBff } from '../../harness/bff.ts';
import { discordPaths } from '../../harness/discord.ts';
import { json, loginAt, providerPaths, startProvider } from '../../harness/provider.ts';
import { startStack } from '../../harness/stack.ts';

const impatient = { OUTBOUND_TIMEOUT_MS: '500' };

async function startWithProvider(answers: Parameters<typeof startProvider>[0] = {}) {
  const provider = await startProvider(answers);
  const bff = await startBff({ ...provider.environment, ...impatient });
  onTestFinished(() => bff.close());
  return { provider, bff };
}

/** Writes without an end, as fast as it is read. */
function pour(response: ServerResponse, chunk: Buffer): void {
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  more();
}

/** Answers that bring no tokens, each in a way of its own. */
const badTokenAnswers: [string, Parameters<typeof startProvider>[0] & object, string][] = [
  ['never answers', () => undefined, 'discord_unavailable'],
  ['cuts the connection', (response: ServerResponse) => response.destroy(), 'discord_unavailable'],
  [
    'drips headers',
    (response: ServerResponse) => {
      response.socket?.write('HTTP/1.1 200 OK\r\n');
      const drip = setInterval(() => response.socket?.write('x-drip: 1\r\n'), 50);
      response.once('close', () => clearInterval(drip));
    },
    'discord_unavailable',
  ],
  [
    'drips its body byte by byte',
    (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write(' '), 20);
      response.once('close', () => clearInterval(drip));
    },
    'discord_unavailable',
  ],
  [
    'sends notices for ever before its answer',
    (response: ServerResponse) => {
      const notice = setInterval(() => response.writeEarlyHints({ link: '</x>' }), 20);
      response.once('close', () => clearInterval(notice));
    },
    'discord_unavailable',
  ],
  [
    'sends 200 MB',
    (response: ServerResponse) => {
      response.writeHead(200, { 'content-length': String(200 * 1024 * 1024) });
      pour(response, Buffer.alloc(65_536, ' '));
    },
    'discord_unavailable',
  ],
  [
    'announces 200 MB and sends nothing',
    (response: ServerResponse) => {
      response.writeHead(200, { 'content-length': String(200 * 1024 * 1024) }).flushHeaders();
    },
    'discord_unavailable',
  ],
  [
    'never ends its body',
    (response: ServerResponse) => {
      response.writeHead(200);
      pour(response, Buffer.alloc(65_536, ' '));
    },
    'discord_unavailable',
  ],
  [
    'never ends its headers',
    (response: ServerResponse) => {
      response.socket?.write(`HTTP/1.1 200 OK\r\n${`x-more: ${'x'.repeat(1000)}\r\n`.repeat(50)}`);
    },
    'discord_unavailable',
  ],
  [
    'sends a gzip bomb',
    (response: ServerResponse) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' });
      response.end(gzipSync(Buffer.alloc(100 * 1024 * 1024, ' ')));
    },
    'discord_unavailable',
  ],
  [
    'announces more than it sends',
    (response: ServerResponse) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{}');
      response.socket?.end();
    },
    'discord_unavailable',
  ],
  [
    'is no HTTP',
    (response: ServerResponse) => response.socket?.end('hello\r\n\r\n'),
    'discord_unavailable',
  ],
  [
    'answers 999',
    (response: ServerResponse) => response.writeHead(999).end('{}'),
    'discord_unavailable',
  ],
  [
    'answers 204',
    (response: ServerResponse) => response.writeHead(204).end(),
    'discord_unavailable',
  ],
  ['answers 205 with a body', json({ a: 1 }, 205), 'discord_unavailable'],
  [
    'switches protocols',
    (response: ServerResponse) =>
      response.socket?.write(
        'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
      ),
    'discord_unavailable',
  ],
  ['answers HTML', json('<!doctype html><p>SECRET-OF-DISCORD'), 'discord_unavailable'],
  ['answers nothing', json(''), 'discord_unavailable'],
  ['answers null', json('null'), 'discord_unavailable'],
  ['answers []', json('[]'), 'discord_unavailable'],
  ['answers a text', json('"x"'), 'discord_unavailable'],
  ['answers a number', json('1'), 'discord_unavailable'],
  [
    'answers truncated JSON',
    json('{"access_token":"SECRET-OF-DISCORD","token_ty'),
    'discord_unavailable',
  ],
  [
    'answers 200,000 brackets',
    json('['.repeat(200_000) + ']'.repeat(200_000)),
    'discord_unavailable',
  ],
  [
    'answers {"__proto__": …}',
    json('{"__proto__":{"access_token":"x","token_type":"bearer"}}'),
    'discord_unavailable',
  ],
  [
    'answers 400 invalid_grant',
    json({ error: 'invalid_grant', error_description: 'SECRET-OF-DISCORD' }, 400),
    'login_failed',
  ],
  [
    'answers 401 invalid_client',
    json({ error: 'invalid_client', error_description: 'SECRET-OF-DISCORD' }, 401),
    'misconfigured',
  ],
  ['answers 400 unauthorized_client', json({ error: 'unauthorized_client' }, 400), 'misconfigured'],
  ['answers 400 with an unknown error', json({ error: 'SECRET-OF-DISCORD' }, 400), 'login_failed'],
  ['answers 400 with a number for an error', json({ error: 1 }, 400), 'discord_unavailable'],
  ['answers 401 of HTML', json('<p>SECRET-OF-DISCORD', 401), 'discord_unavailable'],
  [
    'answers 429',
    json({ retry_after: 3600 }, 429, { 'retry-after': '3600' }),
    'discord_unavailable',
  ],
  ['answers 500', json({ message: 'SECRET-OF-DISCORD' }, 500), 'discord_unavailable'],
  ['answers 503 of HTML', json('<p>SECRET-OF-DISCORD', 503), 'discord_unavailable'],
].map(([what, handler, code]) => [what, { [providerPaths.token]: handler }, code]) as never;

const good = { access_token: 'an-access-token', token_type: 'Bearer', scope: 'identify guilds' };

describe('a token endpoint that', () => {
  it.each(badTokenAnswers)(
    'PV-01 %s makes a login fail, in time and with nothing kept',
    async (_what, answers, code) => {
      const { provider, bff } = await startWithProvider(answers);
      const memoryBefore = process.memoryUsage().rss;
      const startedAt = performance.now();
      const { visitor, answer } = await loginAt(bff.url);
      expect(performance.now() - startedAt).toBeLessThan(1_500);
      expect(process.memoryUsage().rss - memoryBefore).toBeLessThan(150 * 1024 * 1024);
      expect(answer.status).toBe(303);
      expect(answer.location).toBe(`${bff.url}/discord/dashboard?error=${code}`);
      expect(answer.headers['cache-control']).toBe('no-store');
      expect((await visitor.api('/api/session')).data()).toEqual({ user: null });
      expect((await visitor.api('/api/guilds')).status).toBe(401);
      expect(provider.to(providerPaths.token)).toHaveLength(1);
      expect(provider.to(providerPaths.me)).toEqual([]);
      expect(bff.log.join('')).not.toMatch(/SECRET-OF-DISCORD|a-code/);
    },
  );

  it.each([
    ['no access token', { access_token: undefined }],
    ['a number', { access_token: 5 }],
    ['an object', { access_token: {} }],
    ['a list', { access_token: ['x'] }],
    ['an empty token', { access_token: '' }],
    ['a token of null', { access_token: null }],
    ['a token with a line break', { access_token: 'a\r\nx-evil: 1' }],
    ['a token that no header can hold', { access_token: 'é\u0000漢' }],
    ['a token of 900,000 characters', { access_token: 'x'.repeat(900_000) }],
    ['a refresh token with a line break', { refresh_token: 'a\nb' }],
    ['no token type', { token_type: undefined }],
    ['the type mac', { token_type: 'mac' }],
    ['the type DPoP', { token_type: 'DPoP' }],
    ['a type that is a list', { token_type: ['bearer'] }],
    ['an empty type', { token_type: '' }],
    ['a refresh token that is a number', { refresh_token: 5 }],
    ['an empty refresh token', { refresh_token: '' }],
    ['a scope that is a list', { scope: ['identify', 'guilds'] }],
  ])('PV-04 gives %s makes a login fail', async (_what, members) => {
    const { bff, provider } = await startWithProvider({
      [providerPaths.token]: json({ ...good, ...members }),
    });
    const { visitor, answer } = await loginAt(bff.url);
    expect(answer.location).toMatch(
      /\/discord\/dashboard\?error=(?:discord_unavailable|login_failed)$/,
    );
    expect((await visitor.api('/api/session')).data()).toEqual({ user: null });
    expect(provider.to(providerPaths.me)).toEqual([]);
  });

  it.each(['bearer', 'Bearer', 'BEARER', 'bEaReR'])(
    'PV-04 calls its tokens %s makes a login succeed',
    async (token_type) => {
      const { bff } = await startWithProvider({
        [providerPaths.token]: json({ ...good, token_type }),
      });
      expect((await loginAt(bff.url)).answer.location).toBe(`${bff.url}/discord/guilds`);
    },
  );

  it.each(['identify', 'guilds', 'identify guilds.join', '', 'IDENTIFY GUILDS', 'identify,guilds'])(
    'PV-08 grants only "%s" makes a login fail, and its token is revoked',
    async (scope) => {
      const { bff, provider } = await startWithProvider({
        [providerPaths.token]: json({ ...good, scope }),
      });
      const { visitor, answer } = await loginAt(bff.url);
      expect(answer.location).toBe(`${bff.url}/discord/dashboard?error=missing_scope`);
      expect((await visitor.api('/api/session')).data()).toEqual({ user: null });
      await vi.waitFor(() =>
        expect(provider.to(providerPaths.revoke).map(({ form }) => form.token)).toEqual([
          'an-access-token',
        ]),
      );
    },
  );

  it('PV-08 grants more than was asked makes a login succeed', async () => {
    const { bff } = await startWithProvider({
      [providerPaths.token]: json({ ...good, scope: 'guilds email identify' }),
    });
    expect((await loginAt(bff.url)).answer.location).toBe(`${bff.url}/discord/guilds`);
  });

  it('PV-08 says nothing of scopes granted what was asked', async () => {
    const { bff } = await startWithProvider({
      [providerPaths.token]: json({ ...good, scope: undefined }),
    });
    expect((await loginAt(bff.url)).answer.location).toBe(`${bff.url}/discord/guilds`);
  });

  it.each([301, 302, 303, 307, 308])(
    'PV-05 redirects with %i gets nothing sent elsewhere',
    async (status) => {
      const decoy = await startProvider();
      const { bff } = await startWithProvider({
        [providerPaths.token]: json('', status, { location: `${decoy.url}/api/oauth2/token` }),
      });
      const { answer } = await loginAt(bff.url);
      expect(answer.location).toBe(`${bff.url}/discord/dashboard?error=discord_unavailable`);
      expect(decoy.asked).toEqual([]);
    },
  );

  it.each([
    ['refuses connections', 'http://127.0.0.1:9/api'],
    ['has no address', 'https://no-such-host.invalid/api'],
    ['speaks no TLS', 'https://127.0.0.1:'],
  ])('PV-01 %s makes a login fail', async (_what, apiUrl) => {
    const provider = await startProvider();
    const bff = await startBff({
      ...provider.environment,
      ...impatient,
      DISCORD_API_URL: apiUrl.endsWith(':') ? `${apiUrl}${new URL(provider.url).port}/api` : apiUrl,
    });
    onTestFinished(() => bff.close());
    const startedAt = performance.now();
    const { visitor, answer } = await loginAt(bff.url);
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    expect(answer.location).toBe(`${bff.url}/discord/dashboard?error=discord_unavailable`);
    expect((await visitor.api('/api/session')).data()).toEqual({ user: null });
  });

  it('PV-01 never ends its body is cut off at the first megabyte, not at the deadline', async () => {
    const provider = await startProvider();
    const bff = await startBff(provider.environment);
    onTestFinished(() => bff.close());
    const sockets: (Socket | null)[] = [];
    provider.answer(providerPaths.token, (response) => {
      sockets.push(response.socket);
      response.writeHead(200);
      pour(response, Buffer.alloc(65_536, ' '));
    });
    const startedAt = performance.now();
    await loginAt(bff.url);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    // A megabyte, and what the two ends of the connection hold.
    expect(sockets[0]?.bytesWritten).toBeLessThan(30 * 1024 * 1024);
    expect(bff.log.join('')).toContain('answered more than 1 MiB');
  });

  it('PV-01 fails leaves the login used up, and the next one works', async () => {
    const stack = await startStack(impatient);
    const visitor = stack.visitor();
    const callback = await stack.callbackOf(visitor);
    await stack.discord.fault({ path: discordPaths.token, status: 502, times: 1 });
    expect((await visitor.get(callback)).location).toContain('error=discord_unavailable');
    expect((await visitor.get(callback)).location).toContain('error=login_expired');
    expect(await stack.discord.asked(discordPaths.token)).toHaveLength(1);
    expect((await stack.signIn(visitor)).location).toBe(`${stack.bff.url}/discord/guilds`);
  });

  it('PV-02 refuses our secret is the operator’s to mend, and logged so', async () => {
    const stack = await startStack({ DISCORD_CLIENT_SECRET: 'not-the-secret' });
    const answer = await stack.signIn(stack.visitor());
    expect(answer.location).toContain('error=misconfigured');
    const failure = stack.bff.log
      .map((line) => JSON.parse(line))
      .find(({ event }) => event === 'login_failed');
    expect(failure).toMatchObject({ level: 50, error: 'misconfigured' });
    expect(stack.bff.log.join('')).not.toContain('not-the-secret');
  });
});

describe('a profile that', () => {
  const user = { id: '200000000000000001', username: 'ingrid', global_name: 'Ingrid' };

  it.each([
    ['is refused with 401', json({ message: '401: Unauthorized', code: 0 }, 401)],
    ['is refused with 403', json({ message: 'Forbidden' }, 403)],
    ['is answered with 429', json({ retry_after: 9 }, 429, { 'retry-after': '9' })],
    ['is answered with 500', json({ message: 'oops' }, 500)],
    ['is answered with 502 of HTML', json('<h1>Bad gateway', 502)],
    ['is answered with 204', (response: ServerResponse) => response.writeHead(204).end()],
    ['is answered with 201', json(user, 201)],
    ['never comes', () => undefined],
    ['is cut off', (response: ServerResponse) => response.destroy()],
    ['is 2 MB long', json({ ...user, bio: 'x'.repeat(2_000_000) })],
    ['is HTML', json('<p>hello')],
    ['is empty', json('')],
    ['is null', json('null')],
    ['is a list', json([user])],
    ['is {}', json({})],
    ['has a number for its id', json({ ...user, id: 2 ** 58 })],
    ['has an empty id', json({ ...user, id: '' })],
    ['has words for its id', json({ ...user, id: 'admin' })],
    ['has a negative id', json({ ...user, id: '-1' })],
    ['has an id with a line break', json({ ...user, id: '1\n' })],
    ['has an id of 50 digits', json({ ...user, id: '1'.repeat(50) })],
    ['has no name', json({ ...user, username: undefined })],
    ['has an empty name', json({ ...user, username: '' })],
    ['has an object for a name', json({ ...user, username: {} })],
    ['has a name of 100,000 characters', json({ ...user, username: 'x'.repeat(100_000) })],
    ['redirects', json('', 302, { location: 'http://127.0.0.1:9/' })],
  ])('PV-09 %s leaves nobody signed in and no token alive', async (_what, handler) => {
    const { bff, provider } = await startWithProvider({ [providerPaths.me]: handler as never });
    const { visitor, answer } = await loginAt(bff.url);
    expect(answer.status).toBe(303);
    expect(answer.location).toBe(`${bff.url}/discord/dashboard?error=discord_unavailable`);
    expect(visitor.cookies.has('guildhall')).toBe(false);
    expect((await visitor.api('/api/guilds')).status).toBe(401);
    expect(provider.to(providerPaths.me)).toHaveLength(1);
    await vi.waitFor(() =>
      expect(provider.to(providerPaths.revoke).map(({ form }) => form.token)).toEqual([
        'refresh-token-1',
      ]),
    );
  });

  it('PV-09 never comes leaves the session from before as it was', async () => {
    const stack = await startStack(impatient);
    await stack.discord.settings({ revoke_kills_all: false });
    const visitor = await stack.signedIn();
    await stack.discord.fault({ path: discordPaths.me, status: 500 });
    expect((await stack.signIn(visitor)).location).toContain('error=discord_unavailable');
    expect(await stack.whoIs(visitor)).not.toBeNull();
  });

  it.each([
    ['half a character', '\ud800'],
    ['a path', '../../../evil'],
    ['another host', '//evil.test/x'],
    ['a number', 5],
    ['an empty text', ''],
  ])(
    'PV-10 has %s for its picture never fails the login, nor leads elsewhere',
    async (_what, avatar) => {
      const { bff, provider } = await startWithProvider({
        [providerPaths.me]: json({ ...user, avatar }),
      });
      const { visitor, answer } = await loginAt(bff.url);
      expect(answer.location).toBe(`${bff.url}/discord/guilds`);
      const { user: person } = (await visitor.api('/api/session')).data<{
        user: { avatar_url: string | null };
      }>();
      expect(person.avatar_url).toBeNull();
      expect(provider.to(providerPaths.revoke)).toEqual([]);
    },
  );

  it('PV-10 has hostile names is given as it is, in JSON', async () => {
    const hostile = { ...user, username: '</script><b>\u202e\u0000', global_name: '\ud800"\\\n' };
    const { bff } = await startWithProvider({ [providerPaths.me]: json(hostile) });
    const { visitor } = await loginAt(bff.url);
    const answer = await visitor.api('/api/session');
    expect(answer.status).toBe(200);
    expect(answer.data()).toMatchObject({ user: { username: hostile.username } });
  });
});

describe('what reaches Discord', () => {
  it('PV-13 holds nothing of the browser’s request', async () => {
    const { bff, provider } = await startWithProvider();
    const { visitor } = await loginAt(bff.url);
    const odd = {
      'x-forwarded-for': '203.0.113.9',
      'x-odd': 'odd-value',
      'user-agent': 'OddBrowser/1.0',
      'accept-language': 'odd-language',
      referer: 'https://odd.test/',
      forwarded: 'for=203.0.113.9',
      via: '1.1 odd',
      traceparent: '00-odd',
      authorization: 'Bearer odd-token',
      host: 'odd.test',
    };
    await visitor.get('/discord/login', odd);
    await visitor.api('/api/guilds', 'GET', { ...odd, authorization: '' });
    await visitor.send('POST', '/api/logout', { ...odd, 'x-csrf': '1', authorization: '' });
    await vi.waitFor(() => expect(provider.to(providerPaths.revoke)).toHaveLength(1));
    expect(provider.asked.map(({ path }) => path)).toEqual([
      providerPaths.token,
      providerPaths.me,
      providerPaths.guilds,
      providerPaths.revoke,
    ]);
    for (const { headers, method } of provider.asked) {
      expect(Object.keys(headers).toSorted()).toEqual(
        method === 'POST'
          ? [
              'accept',
              'accept-encoding',
              'connection',
              'content-length',
              'content-type',
              'host',
              'user-agent',
            ]
          : ['accept', 'accept-encoding', 'authorization', 'connection', 'host', 'user-agent'],
      );
      expect(headers['user-agent']).toMatch(/^DiscordBot \(/);
      expect(headers.host).toBe(new URL(provider.url).host);
      expect(JSON.stringify(headers)).not.toMatch(/odd/i);
    }
  });
});
