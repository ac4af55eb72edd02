import { connect, type Socket } from 'node:net';
import { setImmediate as pollPassed, setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Stack, startStack } from '../../harness/stack.ts';

/** Opens a connection and collects what comes back. */
async function open(
  stack: Stack,
): Promise<{ socket: Socket; received: () => string; closed: Promise<void> }> {
  let received = '';
  const socket = connect(Number(new URL(stack.bff.url).port), '127.0.0.1');
  socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
  socket.on('error', () => undefined); // being cut off is what several tests are about
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  onTestFinished(() => void socket.destroy());
  return { socket, received: () => received, closed };
}

/** What a client may claim about the address it used. */
const claims: [string, Record<string, string>][] = [
  ['Host', { host: 'evil.test' }],
  ['Host with a port', { host: 'evil.test:443' }],
  ['Host with a user', { host: 'evil:@localhost' }],
  ['Host with a path', { host: 'evil.test/x?y#z' }],
  ['X-Forwarded-Host', { 'x-forwarded-host': 'evil.test' }],
  ['several X-Forwarded-Host', { 'x-forwarded-host': 'localhost, evil.test' }],
  ['X-Forwarded-Proto', { 'x-forwarded-proto': 'https' }],
  ['X-Forwarded-Server', { 'x-forwarded-server': 'evil.test' }],
  ['X-Forwarded-Port', { 'x-forwarded-port': '1' }],
  ['X-Forwarded-Prefix', { 'x-forwarded-prefix': '/evil' }],
  ['Forwarded', { forwarded: 'for=1.2.3.4;host=evil.test;proto=https' }],
  ['X-Original-URL', { 'x-original-url': '/evil', 'x-rewrite-url': '/evil' }],
  ['X-HTTP-Method-Override', { 'x-http-method-override': 'DELETE' }],
  ['Origin and Referer', { origin: 'https://evil.test', referer: 'https://evil.test/' }],
];

describe('where we are', () => {
  it.each(claims)('PX-01 is PUBLIC_URL, whatever %s says', async (_what, headers) => {
    for (const hops of ['0', '2']) {
      const stack = await startStack({ TRUSTED_PROXY_HOPS: hops });
      const login = await stack.visitor().get('/discord/login', headers);
      const honest = await stack.visitor().get('/discord/login');
      expect(login.status).toBe(302);
      const [claimed, plain] = [login, honest].map(({ location }) => new URL(location));
      expect(claimed?.searchParams.get('redirect_uri')).toBe(
        plain?.searchParams.get('redirect_uri'),
      );
      expect(claimed?.origin).toBe(plain?.origin);
      expect(JSON.stringify(login)).not.toContain('evil');
      expect((await stack.visitor().get('/', headers)).headers.location).toBe(
        `${stack.bff.url}/discord/dashboard`,
      );
      expect((await stack.visitor().get('/discord/callback', headers)).headers.location).toBe(
        `${stack.bff.url}/discord/dashboard?error=login_expired`,
      );
      const visitor = await stack.signedIn();
      const callback = await stack.callbackOf(visitor);
      expect((await visitor.get(callback, headers)).headers.location).toBe(
        `${stack.bff.url}/discord/guilds`,
      );
    }
  });

  it.each([
    'http://evil.test/discord/login',
    'https://evil.test:1/discord/login',
    'http://user:password@evil.test/discord/login',
  ])('PX-01 is PUBLIC_URL, whatever the request target says: %s', async (target) => {
    const stack = await startStack();
    const { socket, received, closed } = await open(stack);
    socket.write(`GET ${target} HTTP/1.1\r\nhost: evil.test\r\nconnection: close\r\n\r\n`);
    await closed;
    const location = /^location: (.*)\r$/im.exec(received())?.[1] ?? '';
    expect(new URL(location).searchParams.get('redirect_uri')).toBe(
      `${stack.bff.url}/discord/callback`,
    );
    expect(received()).not.toContain('evil');
    expect(stack.bff.log.join('')).not.toContain('password');
  });

  it('PX-01 is PUBLIC_URL, whichever of two Host lines is believed', async () => {
    const stack = await startStack();
    const { socket, received, closed } = await open(stack);
    socket.write(
      'GET / HTTP/1.1\r\nhost: evil.test\r\nhost: other.test\r\nconnection: close\r\n\r\n',
    );
    await closed;
    expect(received()).toMatch(/^HTTP\/1\.1 (?:302|400)/);
    expect(received()).not.toMatch(/evil|other/);
  });

  it('PX-02 does not depend on the guard of our own pages: Host cannot make another site ours', async () => {
    const stack = await startStack();
    const visitor = await stack.signedIn();
    const answer = await visitor.api('/api/logout', 'POST', {
      host: 'evil.test',
      origin: 'http://evil.test',
      'x-forwarded-host': 'evil.test',
    });
    expect(answer.status).toBe(403);
    expect(await stack.whoIs(visitor)).not.toBeNull();
  });
});

describe('behind a proxy that ends TLS', () => {
  const publicUrl = 'https://guildhall.test';
  const here = (stack: Stack, location: string) => location.replace(publicUrl, stack.bff.url);

  it.each([
    ['no header', {}],
    ['X-Forwarded-Proto: http', { 'x-forwarded-proto': 'http' }],
    ['X-Forwarded-Proto: https,http', { 'x-forwarded-proto': 'https,http' }],
    ['X-Forwarded-Ssl: off', { 'x-forwarded-ssl': 'off', 'front-end-https': 'off' }],
  ])('PX-04 a login works and every cookie is Secure, with %s', async (_what, headers) => {
    const stack = await startStack({ PUBLIC_URL: publicUrl });
    const browser = stack.visitor();
    const started = await browser.get('/discord/login', headers);
    const back = await stack.discord.consent(started.location);
    expect(back.startsWith(`${publicUrl}/discord/callback?`)).toBe(true);
    const finished = await browser.get(here(stack, back), headers);
    expect(finished.status).toBe(303);
    expect(finished.location).toBe(`${publicUrl}/discord/guilds`);
    const cookies = [started, finished].flatMap(
      (answer) => answer.headers['set-cookie'] as string[],
    );
    expect(cookies.length).toBe(3);
    for (const cookie of cookies) {
      expect(cookie).toMatch(/^__Host-guildhall/);
      expect(cookie).toMatch(/; path=\/;.*; samesite=lax; secure; httponly$/i);
      expect(cookie).not.toMatch(/domain=/i);
    }
    expect((await browser.api('/api/guilds', 'GET', headers)).status).toBe(200);
    const left = await browser.api('/api/logout', 'POST', headers);
    expect(left.status).toBe(204);
    expect(browser.cookies.has('__Host-guildhall')).toBe(false);
  });

  it('PX-03 plain HTTP on this machine sets no Secure cookie, whatever a header says', async () => {
    const stack = await startStack();
    const answer = await stack.visitor().get('/discord/login', { 'x-forwarded-proto': 'https' });
    for (const cookie of answer.headers['set-cookie'] as string[])
      expect(cookie).not.toMatch(/secure|__Host-/i);
  });
});

describe('too much', () => {
  it('PX-06 in one header is refused, and not repeated', async () => {
    const stack = await startStack();
    for (const name of ['x-large', 'cookie', 'authorization', 'referer', 'host']) {
      const { socket, received, closed } = await open(stack);
      socket.write(
        `GET /api/session HTTP/1.1\r\nhost: x\r\n${name}: ${'LARGE'.repeat(4_000)}\r\n\r\n`,
      );
      await closed;
      expect(received()).toMatch(/^HTTP\/1\.1 431 /);
      expect(received()).not.toContain('LARGE');
    }
    expect((await stack.visitor().get('/healthz')).status).toBe(200);
    expect(stack.bff.log.join('')).not.toContain('LARGE');
  });

  it('PX-06 in the address is refused', async () => {
    const stack = await startStack();
    const { socket, received, closed } = await open(stack);
    socket.write(`GET /${'x'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`);
    await closed;
    expect(received()).toMatch(/^HTTP\/1\.1 4/);
  });

  it('PX-06 of cookies does not hide ours, and leaves nothing behind', async () => {
    const stack = await startStack();
    const visitor = await stack.signedIn();
    for (let index = 0; index < 100; index += 1)
      visitor.cookies.set(`other-${index}`, 'x'.repeat(40));
    expect(await stack.whoIs(visitor)).not.toBeNull();
    const stranger = stack.visitor();
    for (let index = 0; index < 100; index += 1) stranger.cookies.set(`guildhall${index}`, 'x');
    const answer = await stranger.api('/api/session');
    expect(answer.status).toBe(200);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it.each([
    '/api/logout',
    '/api/session',
    '/discord/login',
    '/discord/dashboard',
    '/healthz',
    '/api/guild-count',
    '/no-such',
  ])('PX-06 of a body is refused at %s, and the connection ends', async (target) => {
    const stack = await startStack();
    const { socket, received, closed } = await open(stack);
    socket.write(
      `POST ${target} HTTP/1.1\r\nhost: x\r\nx-csrf: 1\r\ncontent-length: 2000000\r\n\r\n`,
    );
    const chunk = Buffer.alloc(65_536, 'x');
    const startedAt = performance.now();
    // Who writes into a connection that has been cut loses what there was to read: it is read first, each time.
    for (let sent = 0; sent < 2_000_000 && received() === ''; sent += chunk.length) {
      if (socket.destroyed) break;
      socket.write(chunk);
      await sleep(1);
      await pollPassed();
    }
    await Promise.race([closed, sleep(2_000)]);
    expect(received()).toMatch(/^HTTP\/1\.1 413 /);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect((await stack.visitor().get('/healthz')).status).toBe(200);
  });

  it('PX-06 of a body in chunks without an end is refused', async () => {
    const stack = await startStack();
    const { socket, received, closed } = await open(stack);
    socket.write(
      'POST /api/logout HTTP/1.1\r\nhost: x\r\nx-csrf: 1\r\ntransfer-encoding: chunked\r\n\r\n',
    );
    const chunk = `2000\r\n${'x'.repeat(0x2000)}\r\n`;
    for (let sent = 0; sent < 200 && !socket.destroyed && received() === ''; sent += 1) {
      socket.write(chunk);
      await sleep(2);
      await pollPassed();
    }
    await Promise.race([closed, sleep(1_000)]);
    expect(received()).toMatch(/^HTTP\/1\.1 413 /);
    expect((await stack.visitor().get('/healthz')).status).toBe(200);
  });

  it('PX-06 of a body after the answer keeps nothing waiting', async () => {
    const stack = await startStack();
    const { socket, received } = await open(stack);
    socket.write(
      'GET /api/guild-count HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n0123456789',
    );
    socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    await sleep(200);
    expect(received().match(/HTTP\/1\.1 /g)).toHaveLength(2);
  });

  it('PX-07 of slow clients keeps nobody else waiting', async () => {
    const stack = await startStack();
    const slow = await Promise.all(Array.from({ length: 200 }, () => open(stack)));
    for (const { socket } of slow) socket.write('GET /api/session HTTP/1.1\r\nhost: x\r\nx-slow: ');
    const startedAt = performance.now();
    expect((await stack.visitor().get('/healthz')).status).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});
