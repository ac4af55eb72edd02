import { describe, expect, it } from 'vitest';
import { freePort } from '../../harness/ports.ts';
import { rawRequest } from '../../harness/raw-request.ts';
import { type Stack, startStack } from '../../harness/stack.ts';

const names = ['localhost', '127.0.0.1', '[::1]'];

/** A BFF whose PUBLIC_URL is this name of the machine and the port it listens on. */
async function startAs(name: string): Promise<{ stack: Stack; publicUrl: string; port: number }> {
  const port = await freePort();
  const publicUrl = `http://${name}:${port}`;
  const stack = await startStack({ PUBLIC_URL: publicUrl }, { port });
  return { stack, publicUrl, port };
}

describe('somebody who comes by another name of this machine', () => {
  it.each(names.flatMap((ours) => names.map((theirs) => [theirs, ours] as const)))(
    'A12 by %s is taken to PUBLIC_URL at %s before a cookie is set, and once only',
    async (theirs, ours) => {
      const { stack, publicUrl, port } = await startAs(ours);
      for (const path of [
        '/',
        '/discord/dashboard',
        '/discord/dashboard?error=login_expired&x=%2F%2Fevil.test',
        '/discord/guilds/',
        '/discord/login',
        '/discord/login?next=/discord/account',
        '/nowhere',
        '/favicon.svg',
      ])
        for (const method of ['GET', 'HEAD']) {
          const when = `${method} ${path}`;
          const answer = await stack.visitor().send(method, path, { host: `${theirs}:${port}` });
          if (theirs === ours) {
            expect(answer.headers.location, when).not.toBe(publicUrl + path);
            continue;
          }
          expect(answer.status, when).toBe(302);
          expect(answer.headers.location, when).toBe(publicUrl + path);
          expect(answer.headers['set-cookie'], when).toBeUndefined();
          const there = await stack.visitor().send(method, path, { host: new URL(publicUrl).host });
          expect(there.headers.location, when).not.toBe(publicUrl + path);
        }
    },
  );

  it('A12 whose proxy leaves out the port is taken there too', async () => {
    const { stack, publicUrl } = await startAs('localhost');
    const answer = await stack.visitor().get('/discord/guilds', { host: '127.0.0.1' });
    expect(answer.headers.location).toBe(`${publicUrl}/discord/guilds`);
  });

  it('A12 is answered as everywhere by the API and the probes', async () => {
    const { stack, port } = await startAs('localhost');
    const host = `127.0.0.1:${port}`;
    for (const path of [
      '/api/session',
      '/api/guild-count',
      '/api/bot',
      '/api/authorize-url',
      '/api/nowhere',
      '/api',
      '/API/session',
      '/healthz',
      '/readyz',
    ])
      for (const method of ['GET', 'HEAD', 'POST']) {
        const answer = await stack.visitor().send(method, path, { host });
        expect(answer.status, `${method} ${path}`).not.toBe(302);
        expect(answer.headers.location, `${method} ${path}`).toBeUndefined();
      }
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND'])(
    'A12 is not sent elsewhere with %s, which would come back as another method',
    async (method) => {
      const { stack, port } = await startAs('localhost');
      for (const path of ['/', '/discord/dashboard', '/discord/login', '/discord/callback']) {
        const answer = await stack.visitor().send(method, path, { host: `127.0.0.1:${port}` });
        expect(answer.status, path).not.toBe(302);
        expect(answer.headers.location, path).toBeUndefined();
      }
    },
  );

  it.each([
    '//evil.test',
    '//evil.test/x',
    '///evil.test',
    '//',
    '/\\evil.test',
    '/\\/evil.test',
    '\\\\evil.test',
    '//[',
    '//evil.test:99999999/',
    '/.//evil.test',
    '/..//evil.test',
    '/%2f%2fevil.test',
    '/@evil.test',
    '@evil.test',
    ':80',
    'http://evil.test/x',
    'http://evil.test@evil.test//evil.test',
    'http://[/',
    'x://evil.test',
    '*',
    '/x\u00ff',
  ])('A12 is never led to another host by the address %s', async (target) => {
    const { stack, publicUrl, port } = await startAs('localhost');
    const answer = await rawRequest(
      stack.bff.url,
      `GET ${target} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 (?:302|400) /);
    const location = /^location: (.*)\r$/im.exec(answer)?.[1];
    if (answer.startsWith('HTTP/1.1 302')) {
      expect(location?.startsWith(`${publicUrl}/`), location).toBe(true);
      expect(location?.slice(publicUrl.length)).not.toMatch(/^\/[/\\]/);
      expect(new URL(location ?? '').origin).toBe(publicUrl);
    }
    expect(stack.bff.log.join('')).not.toContain('internal_error');
  });
});

describe('any other Host', () => {
  it.each([
    'evil.test',
    'guildhall.test',
    '10.0.0.1',
    '127.0.0.2',
    'localhost.evil.test',
    'app.localhost',
    'localhost.',
    'evil@127.0.0.1',
    '127.0.0.1:80:80',
    '[::1',
    '0.0.0.0',
    '[::ffff:127.0.0.1]',
  ])('A12 is ignored: %s', async (host) => {
    const { stack, publicUrl } = await startAs('localhost');
    for (const path of ['/discord/dashboard', '/discord/login']) {
      const answer = await stack.visitor().get(path, { host });
      expect(answer.headers.location, path).not.toBe(publicUrl + path);
    }
  });

  it.each(['127.0.0.1:8001', 'localhost:8001', '[::1]:8001', 'bff:8000'])(
    'A12 is ignored where PUBLIC_URL is elsewhere and the proxy sends one of its own: %s',
    async (host) => {
      const stack = await startStack({ PUBLIC_URL: 'https://guildhall.test' });
      expect((await stack.visitor().get('/discord/login', { host })).location).toContain(
        '/oauth2/authorize?',
      );
    },
  );

  it.each([
    // vite's dev server, whose proxy names the BFF
    ['http://localhost:5173', 'localhost:8001'],
    ['http://127.0.0.1:5173', 'localhost:8001'],
    ['http://[::1]:5173', 'localhost:8001'],
    // nginx without `proxy_set_header Host`
    ['http://localhost', '127.0.0.1:8001'],
    ['http://localhost:8080', '127.0.0.1:8001'],
    ['https://localhost', '127.0.0.1:8001'],
  ])(
    'A12 that a proxy on this machine sends never leads round in circles: %s before %s',
    async (publicUrl, host) => {
      const stack = await startStack({ PUBLIC_URL: publicUrl });
      for (const path of ['/discord/dashboard', '/discord/login'])
        expect((await stack.visitor().get(path, { host })).headers.location).not.toBe(
          publicUrl + path,
        );
    },
  );
});
