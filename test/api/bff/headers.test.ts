import { createHash } from 'node:crypto';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { directoryForTest } from '../../harness/directory-for-test.ts';
import { rawRequest } from '../../harness/raw-request.ts';
import { startStack } from '../../harness/stack.ts';
import { everyKindOfAnswer, headersOf } from './every-kind-of-answer.ts';

const limits = {
  loginsPerMinute: 100,
  requestsPerMinute: 1_000,
  streams: { perNetwork: 5, inAll: 5 },
};

describe('every answer', () => {
  it.each([
    ['https', { PUBLIC_URL: 'https://guildhall.test' }],
    ['http on this machine', {}],
  ])('HD-01 carries the security headers over %s', async (what, environment) => {
    const stack = await startStack(environment, { limits });
    const isHttps = what === 'https';
    // Over https the callback's address is elsewhere, so there nobody signs in.
    const answers = await everyKindOfAnswer(
      stack,
      isHttps ? stack.visitor() : await stack.signedIn(),
    );
    const lacking: string[] = [];
    for (const [kind, { headers, status }] of Object.entries(answers)) {
      const itsStatus = /\b[1-5]\d\d\b/.exec(kind)?.[0];
      if (itsStatus !== undefined) expect(String(status), kind).toBe(itsStatus);
      const wanted: Record<string, unknown> = {
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'strict-transport-security': isHttps ? 'max-age=63072000' : undefined,
        'x-powered-by': undefined,
        server: undefined,
        'access-control-allow-origin': undefined,
        'access-control-allow-credentials': undefined,
      };
      for (const [name, value] of Object.entries(wanted))
        if (headers[name] !== value) lacking.push(`${kind}: ${name} is ${String(headers[name])}`);
    }
    expect(lacking).toEqual([]);
  });

  it.each([
    [
      'a header too large',
      `GET /api/session HTTP/1.1\r\nhost: x\r\nx-a: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
    ],
    ['no HTTP', 'hello\r\n\r\n', 400],
    [
      'two lengths',
      'POST /api/logout HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx',
      400,
    ],
    [
      'length and chunks',
      'POST /api/logout HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['a header without a name', 'GET / HTTP/1.1\r\nhost: x\r\n: x\r\n\r\n', 400],
    [
      'a bad expectation',
      'GET /api/session HTTP/1.1\r\nhost: x\r\nexpect: a-miracle\r\nconnection: close\r\n\r\n',
      417,
    ],
  ])('HD-01 carries them to a client that sends %s', async (_what, text, status) => {
    const stack = await startStack({ PUBLIC_URL: 'https://guildhall.test' });
    const answer = await rawRequest(stack.bff.url, text);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(headersOf(answer)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'strict-transport-security': expect.stringContaining('max-age='),
    });
    expect(answer).not.toContain('aaaa');
  });
});

describe('a page', () => {
  const pages = [
    '/discord/dashboard',
    '/discord/guilds',
    '/discord/account',
    '/account',
    '/privacy',
    '/discord/dashboard?error=x',
    '/index.html',
    '/index.html/',
    '/%69ndex.html',
    '/index%2ehtml',
    '//index.html',
    '/./index.html',
    '/x/../index.html',
    '/index.html?x=1',
    '/INDEX.HTML',
    '/index',
    '/no/such/page.php',
    '/api.html',
    '/%00',
    '/%',
    '/%ff',
  ];

  it.each(pages)('HD-02 at %s runs nothing that is not ours', async (target) => {
    const stack = await startStack();
    const answer = await stack.visitor().get(target);
    expect(answer.headers['content-type']).toMatch(/^text\/html/);
    const policy = Object.fromEntries(
      String(answer.headers['content-security-policy'])
        .split('; ')
        .map((rule) => [rule.split(' ')[0], rule.split(' ').slice(1).join(' ')]),
    );
    expect(policy).toMatchObject({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': expect.stringMatching(/^'self'(?: 'sha256-[\w+/]{43}=')+$/),
      'connect-src': "'self'",
      'object-src': "'none'",
      'base-uri': "'none'",
      'form-action': "'self'",
      'frame-ancestors': "'none'",
      'img-src': `'self' ${stack.discord.sandbox.url}`,
    });
    expect(JSON.stringify(policy)).not.toMatch(/unsafe|\*|data:|blob:|https?: /);
    expect(answer.headers['cache-control']).toBe('no-cache');
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('HD-02 has no script or style in it that its policy would stop', async () => {
    const stack = await startStack({ ACCENT_COLOR: '#3366cc' });
    const { body, headers } = await stack.visitor().get('/discord/dashboard');
    expect(body).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>/i);
    expect(body).not.toMatch(/\sstyle=|\son\w+=|javascript:/i);
    const styles = [...body.matchAll(/<style>(.*?)<\/style>/gs)].map(([, style = '']) => style);
    expect(styles.length).toBe(2);
    expect(body.match(/<style/gi)?.length).toBe(2);
    for (const style of styles)
      expect(headers['content-security-policy']).toContain(
        `'sha256-${createHash('sha256').update(style).digest('base64')}'`,
      );
    // Links lead elsewhere (the bot's invitation); nothing is loaded from there.
    expect(body.replaceAll(/<a [^>]*>/g, '')).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });

  it('HD-06 is the same for everybody, and asked for afresh; its files are kept for ever', async () => {
    const stack = await startStack();
    const visitor = await stack.signedIn();
    const [signedIn, signedOut] = [
      await visitor.get('/discord/guilds'),
      await stack.visitor().get('/discord/guilds'),
    ];
    expect(signedIn.body).toBe(signedOut.body);
    for (const asset of new Set(signedIn.body.match(/\/assets\/[^"]+/g))) {
      const answer = await visitor.get(asset);
      expect(answer.status).toBe(200);
      expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
      expect(answer.headers['content-type']).toMatch(/^(?:text|application)\/(?:javascript|css)/);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    const missing = await visitor.get('/assets/gone-abc.js');
    expect(missing.status).toBe(404);
    expect(missing.headers['cache-control']).not.toContain('immutable');
  });

  it.each([
    '/..%2f..%2fetc/passwd',
    '/%2e%2e/.env',
    '/%2e%2e%2fpackage.json',
    '/../package.json',
    '/.git/config',
    '/.env',
    '/assets/..\\..\\package.json',
    '/assets/..%5c..%5cpackage.json',
    '/assets/../../package.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/assets/%252e%252e/package.json',
    '/assets/..%00/package.json',
    '/%00',
    '/assets/%00.js',
    '//etc/passwd',
    '/etc/passwd',
    '/file:///etc/passwd',
    '/data/guildhall.db',
    '/node_modules/koa/package.json',
    '/assets',
    '/assets/',
    '/package.json',
    '/src/main.tsx',
    '/%c0%ae%c0%ae/package.json',
    '/api/..%2f..%2fpackage.json',
    '/api/%2e%2e/package.json',
  ])('HD-07 is never a file from elsewhere: %s', async (target) => {
    const stack = await startStack();
    const answer = await stack.visitor().get(target);
    expect([200, 400, 404]).toContain(answer.status);
    expect(answer.body).not.toMatch(/root:|"dependencies"|\[core\]|SQLite format|createRoot\(/);
    if (answer.status === 200) expect(answer.body).toContain('<div id="root">');
  });
});

describe('the API', () => {
  it('HD-04 is kept by no cache, whatever it answers, and has no ETag', async () => {
    const stack = await startStack({}, { limits });
    const answers = await everyKindOfAnswer(stack, await stack.signedIn());
    const kept = Object.entries(answers)
      .filter(([kind]) => !/page|asset|favicon|dashboard/.test(kind))
      .filter(
        ([, { headers }]) =>
          headers['cache-control'] !== 'no-store' || headers.etag || headers['last-modified'],
      )
      .map(([kind]) => kind);
    expect(kept).toEqual([]);
  });

  it('HD-04 answers a conditional question in full', async () => {
    const stack = await startStack();
    const visitor = await stack.signedIn();
    const answer = await visitor.api('/api/session', 'GET', {
      'if-none-match': '*',
      'if-modified-since': new Date(Date.now() + 1e9).toUTCString(),
    });
    expect(answer.status).toBe(200);
  });

  it('HD-08 speaks JSON in one shape, without a word of its inside', async () => {
    const stack = await startStack();
    const visitor = await stack.signedIn();
    const answers = [
      await visitor.api('/api/guilds/../../x'),
      await visitor.api('/api/%ff'),
      await visitor.api('/api/sessions/%ff', 'DELETE'),
      await visitor.api('/api/sessions/%', 'DELETE'),
      await visitor.api('/api/sessions/__proto__', 'DELETE'),
      await visitor.api(`/api/sessions/${'x'.repeat(8_000)}`, 'DELETE'),
      await visitor.api('/api'),
      await visitor.api('/api/'),
      await visitor.api('/api//session'),
      await visitor.api('/api/session/..'),
      await visitor.api('/api/session', 'DELETE'),
      await visitor.api('/api/session', 'PROPFIND'),
      await visitor.get('/api/session'),
      await stack.visitor().api('/api/guilds'),
      await stack.visitor().api('/api/logout-everywhere', 'POST'),
      await visitor.send('POST', '/api/logout', { 'x-csrf': '1', 'content-length': '99999' }, ''),
      await visitor.get('/api/guild-count'),
      await visitor.get('/api/bot/avatar'),
    ];
    for (const answer of answers) {
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).not.toBe(500);
      expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
      expect(JSON.parse(answer.body)).toEqual({
        error: {
          code: expect.stringMatching(/^[a-z_]+$/),
          message: expect.stringMatching(/^[A-Z].*\.$/),
        },
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      });
      expect(answer.body).not.toMatch(/\.ts|node_modules|at \w+ \(|\/work|\/tmp|sqlite|koa/i);
    }
  });

  it('HD-08 says nothing of its inside when storage breaks', async () => {
    const directory = directoryForTest();
    const stack = await startStack({}, { directory });
    const visitor = await stack.signedIn();
    const storage = new DatabaseSync(path.join(directory, 'guildhall.db'));
    storage.exec('drop table grants; drop table sessions; drop table logins');
    storage.close();
    for (const target of ['/api/session', '/api/guilds', '/readyz', '/api/authorize-url']) {
      const answer = await visitor.api(target);
      expect(answer.status).toBe(503);
      expect(answer.errorCode()).toBe('storage_unavailable');
      expect(answer.body).not.toMatch(/table|sqlite|select/i);
      expect(answer.headers['cache-control']).toBe('no-store');
    }
    const login = await visitor.get('/discord/login');
    expect(login.location).toBe(`${stack.bff.url}/discord/dashboard?error=storage_unavailable`);
  });
});
