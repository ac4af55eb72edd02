import { describe, expect, it, onTestFinished } from 'vitest';
import { startFakeBot } from '../../harness/fake-bot.ts';
import { people } from '../../harness/discord.ts';
import { rawRequest } from '../../harness/raw-request.ts';
import { type Stack, startStack } from '../../harness/stack.ts';
import type { Answer, Visitor } from '../../harness/visitor.ts';

const reads = ['/api/session', '/api/guilds', '/api/sessions'];
const changes: [string, string][] = [
  ['POST', '/api/logout'],
  ['POST', '/api/logout-everywhere'],
  ['DELETE', '/api/sessions/x'],
];

/** What a page of another site, or something beside a browser, can send along. Each with our header on top. */
const foreign: Record<string, string>[] = [
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'none' },
  { 'sec-fetch-site': 'Same-Origin' },
  { 'sec-fetch-site': 'same-origin, cross-site' },
  { 'sec-fetch-site': 'nonsense' },
  { 'sec-fetch-site': 'cross-site', origin: 'OURS' },
  { origin: 'https://evil.test' },
  { origin: 'null' },
  { origin: 'http://localhost' },
  { origin: 'http://localhost:1' },
  { origin: 'https://localhost:PORT' },
  { origin: 'http://127.0.0.1:PORT' },
  { origin: 'http://localhost:PORT.evil.test' },
  { origin: 'http://evil.localhost:PORT' },
  { origin: 'http://localhost:PORT/' },
  { origin: 'http://LOCALHOST:PORT' },
  { origin: 'http://localhost:PORT@evil.test' },
  { origin: 'http://localhost:PORT http://evil.test' },
  { origin: 'file://' },
  { origin: 'chrome-extension://abc' },
  { origin: 'javascript:alert(1)' },
];

/** What is not the header. */
const badHeaders: Record<string, string>[] = [
  {},
  { 'x-csrf': '' },
  { 'x-csrf': '0' },
  { 'x-csrf': 'true' },
  { 'x-csrf': '11' },
  { 'x-csrf': '1, 1' },
  { 'x-csrf': '1;' },
  { 'x-csrf-token': '1' },
  { 'x-xsrf': '1' },
  { 'x-requested-with': 'XMLHttpRequest' },
  { x_csrf: '1' },
  { 'sec-fetch-site': 'same-origin' },
  { origin: 'OURS' },
  { referer: 'OURS' },
];

function fill(headers: Record<string, string>, stack: Stack): Record<string, string> {
  const { port } = new URL(stack.bff.url);
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      value.replace('PORT', port).replace('OURS', stack.bff.url),
    ]),
  );
}

function expectNoCors(answer: Answer, when: string): void {
  const names = Object.keys(answer.headers).filter((name) => /^access-control-/i.test(name));
  expect(names, when).toEqual([]);
}

async function expectStillSignedIn(stack: Stack, visitor: Visitor): Promise<void> {
  expect(await stack.whoIs(visitor)).toMatchObject({ id: people.member.id });
}

describe('a request with the session cookie', () => {
  it('CS-01 CS-02 without our header is refused, also when it only reads', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn();
    for (const headers of badHeaders.map((each) => fill(each, stack)))
      for (const [method, path] of [
        ...reads.flatMap((path) => [['GET', path] as const, ['HEAD', path] as const]),
        ...changes,
      ]) {
        const answer = await browser.send(method, path, headers);
        const when = `${method} ${path} ${JSON.stringify(headers)}`;
        expect(answer.status, when).toBe(403);
        if (method !== 'HEAD') expect(answer.errorCode(), when).toBe('csrf_required');
        expect(answer.body, when).not.toContain(people.member.username);
        expect(answer.headers['set-cookie'], when).toBeUndefined();
        expect(answer.headers['cache-control'], when).toBe('no-store');
        expectNoCors(answer, when);
      }
    await expectStillSignedIn(stack, browser);
  });

  it('CS-02 from another site is refused, our header or not', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn();
    for (const headers of foreign.map((each) => fill(each, stack)))
      for (const [method, path] of [...reads.map((path) => ['GET', path] as const), ...changes]) {
        const when = `${method} ${path} ${JSON.stringify(headers)}`;
        const answer = await browser.api(path, method, headers);
        expect(answer.status, when).toBe(403);
        expect(answer.errorCode(), when).toBe('cross_site');
        expect(answer.headers['set-cookie'], when).toBeUndefined();
        expect(answer.body, when).not.toMatch(/evil|localhost/);
        expectNoCors(answer, when);
        expect((await browser.send(method, path, headers)).status, when).toBe(403);
      }
    await expectStillSignedIn(stack, browser);
  });

  it('CS-02 from our own pages is let through', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn();
    const own: Record<string, string>[] = [
      {},
      { origin: stack.bff.url },
      { 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'same-origin', origin: stack.bff.url, 'sec-fetch-mode': 'cors' },
    ];
    for (const headers of own)
      for (const path of reads) expect((await browser.api(path, 'GET', headers)).status).toBe(200);
    expect(
      (await browser.api('/api/logout', 'POST', { 'sec-fetch-site': 'same-origin' })).status,
    ).toBe(204);
  });

  it('CS-02 is judged by PUBLIC_URL, not by what the request says of its host', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn();
    for (const [name, value] of [
      ['host', 'evil.test'],
      ['x-forwarded-host', 'evil.test'],
      ['forwarded', 'host=evil.test'],
    ] as const) {
      const headers = { origin: 'http://evil.test', [name]: value };
      expect((await browser.api('/api/session', 'GET', headers)).errorCode()).toBe('cross_site');
    }
  });

  it('CS-02 is refused at every spelling of the address', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn();
    for (const path of [
      '/api/logout/',
      '/API/logout',
      '/Api/Logout',
      '/api//logout',
      '//api/logout',
      '/api/./logout',
      '/x/../api/logout',
      '/api%2flogout',
      '/%61pi/logout',
      '/api/logout?x-csrf=1',
      '/api/logout;x-csrf=1',
      '/api/logout%00',
      '/api/logout.json',
    ]) {
      const answer = await browser.send('POST', path, { 'sec-fetch-site': 'cross-site' });
      expect([400, 403, 404, 405], path).toContain(answer.status);
      expect(answer.headers['set-cookie'], path).toBeUndefined();
    }
    for (const path of ['/api/guilds/', '/API/GUILDS', '/Api/session', '/aPI/sessions/'])
      expect((await browser.get(path)).status, path).toBe(403);
    await expectStillSignedIn(stack, browser);
  });

  it('CS-02 is refused in the ways a form of another site can send', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn();
    for (const type of [
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plain',
      'application/json',
    ]) {
      const answer = await browser.send(
        'POST',
        '/api/logout?x-csrf=1&_method=DELETE',
        { 'content-type': type, 'x-http-method-override': 'GET', origin: 'https://evil.test' },
        'x-csrf=1',
      );
      expect(answer.status).toBe(403);
    }
    await expectStillSignedIn(stack, browser);
  });

  it('CS-03 signs nobody out by GET or HEAD', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn();
    for (const path of ['/api/logout', '/api/logout-everywhere', '/api/logout/'])
      for (const method of ['GET', 'HEAD']) {
        expect([403, 404, 405]).toContain((await browser.send(method, path)).status);
        const answer = await browser.api(path, method);
        expect([404, 405]).toContain(answer.status);
        expect(answer.headers['set-cookie']).toBeUndefined();
      }
    for (const path of ['/logout', '/discord/logout', '/signout', '/api/auth/logout'])
      await browser.get(path);
    await expectStillSignedIn(stack, browser);
  });

  it('CS-04 needs no header where nothing personal is said', async () => {
    const stack = await startStack();
    const bot = await startFakeBot(stack.bff.config.botSocket, ['1']);
    onTestFinished(() => bot.close());
    const browser = await stack.signedIn();
    await expect.poll(async () => (await browser.get('/api/guild-count')).status).toBe(200);
    const anywhere: Record<string, string>[] = [
      {},
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.test' },
    ];
    for (const headers of anywhere)
      for (const path of ['/api/guild-count', '/api/guild-count/?x', '/api/bot', '/healthz']) {
        const answer = await browser.get(path, headers);
        expect(answer.status, path).toBe(200);
        expect(answer.headers['set-cookie'], path).toBeUndefined();
        expect(answer.body, path).not.toContain(people.member.id);
        expectNoCors(answer, path);
      }
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const events = await fetch(`${stack.bff.url}/api/events`, { headers: { cookie } });
    expect(events.status).toBe(200);
    expect(events.headers.get('set-cookie')).toBeNull();
    await events.body?.cancel();
  });

  it('CS-04 is needed when the session cookie is there, good or not', async () => {
    const stack = await startStack();
    const visitor = stack.visitor();
    visitor.cookies.set('guildhall', 'garbage');
    for (const path of reads) expect((await visitor.get(path)).errorCode()).toBe('csrf_required');
  });
});

describe('a request without a session', () => {
  it('CS-09 for personal data is told 401 in JSON, and never sent to Discord', async () => {
    const stack = await startStack();
    const anyhow: Record<string, string>[] = [
      {},
      { accept: '*/*', 'sec-fetch-mode': 'cors' },
      { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'none' },
      { 'x-csrf': '1', 'x-requested-with': 'XMLHttpRequest' },
    ];
    for (const headers of anyhow)
      for (const path of ['/api/guilds', '/api/sessions']) {
        const answer = await stack.visitor().get(path, headers);
        expect(answer.status).toBe(401);
        expect(answer.errorCode()).toBe('not_signed_in');
        expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
        expect(answer.headers['cache-control']).toBe('no-store');
        expect(answer.headers).not.toHaveProperty('location');
        expect(answer.headers['set-cookie']).toBeUndefined();
      }
  });
});

describe('other origins', () => {
  it('CS-06 are allowed nothing by a preflight or an answer', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn();
    for (const origin of ['https://evil.test', 'null', stack.bff.url, 'http://localhost:1'])
      for (const path of [
        ...reads,
        '/api/logout',
        '/api/guild-count',
        '/api/bot',
        '/discord/login',
        '/api/nothing',
        '/',
      ])
        for (const visitor of [stack.visitor(), browser]) {
          for (const method of ['GET', 'POST', 'DELETE', 'PUT']) {
            const when = `${origin} ${method} ${path}`;
            const preflight = await visitor.send('OPTIONS', path, {
              origin,
              'access-control-request-method': method,
              'access-control-request-headers': 'x-csrf, content-type',
              'access-control-request-private-network': 'true',
            });
            expectNoCors(preflight, when);
            expect(preflight.body, when).not.toContain('evil');
          }
          expectNoCors(await visitor.get(path, { origin }), path);
        }
  });
});

describe('methods', () => {
  it('CS-07 that an address does not know are refused, with those it knows', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn();
    for (const [path, known] of [
      ['/api/session', 'HEAD, GET'],
      ['/api/guilds', 'HEAD, GET'],
      ['/api/sessions', 'HEAD, GET'],
      ['/api/sessions/x', 'DELETE'],
      ['/api/logout', 'POST'],
      ['/api/logout-everywhere', 'POST'],
      ['/api/guild-count', 'HEAD, GET'],
    ] as const)
      for (const visitor of [browser, stack.visitor()])
        for (const method of ['PUT', 'PATCH', 'DELETE', 'POST', 'GET']) {
          if (known.split(', ').includes(method)) continue;
          const answer = await visitor.api(path, method);
          const when = `${method} ${path}`;
          expect(answer.status, when).toBe(405);
          expect(answer.errorCode(), when).toBe('method_not_allowed');
          expect(String(answer.headers.allow).split(', ').toSorted(), when).toEqual(
            known.split(', ').toSorted(),
          );
        }
    await expectStillSignedIn(stack, browser);
  });

  it('CS-07 never make us echo what was sent', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn();
    for (const method of ['TRACE', 'TRACK', 'DEBUG', 'PROPFIND', 'QUERY', 'BREW', 'get', 'G3T'])
      for (const path of ['/', '/api/guilds', '/api/guild-count', '/discord/login']) {
        const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
        const answer = await rawRequest(
          stack.bff.url,
          `${method} ${path} HTTP/1.1\r\nhost: x\r\ncookie: ${cookie}\r\nx-csrf: 1\r\nx-echo: echoed\r\nconnection: close\r\n\r\n`,
        );
        expect(answer, `${method} ${path}`).toMatch(/^HTTP\/1\.1 (?:400|403|404|405|501) /);
        expect(answer).not.toMatch(/echoed|message\/http|guildhall=/);
      }
    await expectStillSignedIn(stack, browser);
  });
});
