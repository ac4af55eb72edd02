import { describe, expect, it, onTestFinished } from 'vitest';
import { startBff } from '../../harness/bff.ts';
import { rowsIn } from '../../harness/database.ts';
import { startStack } from '../../harness/stack.ts';
import { Visitor } from '../../harness/visitor.ts';

async function start() {
  const bff = await startBff();
  onTestFinished(() => bff.close());
  return bff;
}

const fetchMetadata = (dest: string, mode: string, site = 'cross-site') => ({
  'sec-fetch-dest': dest,
  'sec-fetch-mode': mode,
  'sec-fetch-site': site,
});

/** What browsers send for a link, a redirect, a form, an address that was typed. */
const steps: [string, Record<string, string>][] = [
  ['a link on our page', fetchMetadata('document', 'navigate', 'same-origin')],
  ['a link on another site', fetchMetadata('document', 'navigate', 'cross-site')],
  ['a typed address', { ...fetchMetadata('document', 'navigate', 'none'), 'sec-fetch-user': '?1' }],
  ['an old browser', { 'user-agent': 'Mozilla/5.0 (iPhone) Safari/604.1', accept: 'text/html' }],
  ['a browser that sends the mode alone', { 'sec-fetch-mode': 'navigate' }],
  ['a program that fetches with Node', { 'sec-fetch-mode': 'cors', 'user-agent': 'node' }],
  ['curl', { 'user-agent': 'curl/8.14.1', accept: '*/*' }],
];

const others: [string, Record<string, string>][] = [
  ['an image', fetchMetadata('image', 'no-cors')],
  ['an image of a sister site', fetchMetadata('image', 'no-cors', 'same-site')],
  ['an image of our own', fetchMetadata('image', 'no-cors', 'same-origin')],
  ['a frame', fetchMetadata('iframe', 'navigate')],
  ['an old frame', fetchMetadata('frame', 'navigate')],
  ['an embedded object', fetchMetadata('object', 'navigate')],
  ['an embed', fetchMetadata('embed', 'navigate')],
  ['a fenced frame', fetchMetadata('fencedframe', 'navigate')],
  ['a script', fetchMetadata('script', 'no-cors')],
  ['a module', fetchMetadata('script', 'cors')],
  ['a style', fetchMetadata('style', 'no-cors')],
  ['a font', fetchMetadata('font', 'cors')],
  ['a sound', fetchMetadata('audio', 'no-cors')],
  ['a worker', fetchMetadata('worker', 'same-origin', 'same-origin')],
  ['fetch', fetchMetadata('empty', 'cors')],
  ['fetch without CORS', fetchMetadata('empty', 'no-cors')],
  ['fetch of our own page', fetchMetadata('empty', 'same-origin', 'same-origin')],
  ['a socket', fetchMetadata('websocket', 'websocket')],
  ['a service worker that navigates by itself', fetchMetadata('empty', 'navigate')],
  ['a browser that sends the mode alone', { 'sec-fetch-mode': 'no-cors' }],
  ['a browser that sends the destination alone', { 'sec-fetch-dest': 'image' }],
  ['something new', fetchMetadata('hologram', 'beam')],
  [
    'a prefetch',
    { ...fetchMetadata('document', 'navigate', 'same-origin'), 'sec-purpose': 'prefetch' },
  ],
  [
    'a prerender',
    {
      ...fetchMetadata('document', 'navigate', 'same-origin'),
      'sec-purpose': 'prefetch;prerender',
    },
  ],
  [
    'a private prefetch',
    { ...fetchMetadata('document', 'navigate'), 'sec-purpose': 'prefetch;anonymous-client-ip' },
  ],
  ['an old prefetch', { purpose: 'prefetch' }],
  ['a preview', { 'x-purpose': 'preview' }],
  ['an old prefetch of Firefox', { 'x-moz': 'prefetch' }],
];

describe('a login', () => {
  it.each(steps)('AZ-08 is begun by a step of a person: %s', async (_who, headers) => {
    const bff = await start();
    const answer = await new Visitor(bff.url).get('/discord/login', headers);
    expect(answer.status).toBe(302);
    expect(answer.headers['set-cookie']).toHaveLength(1);
  });

  it.each(others)('AZ-08 is not begun by %s', async (_who, headers) => {
    const bff = await start();
    for (const path of [
      '/discord/login',
      '/Discord/Login/',
      '/discord/login?next=/discord/guilds',
    ]) {
      const answer = await new Visitor(bff.url).get(path, headers);
      expect(answer.status, path).toBe(403);
      expect(answer.errorCode(), path).toBe('cross_site');
      expect(answer.headers['set-cookie'], path).toBeUndefined();
      expect(answer.headers.location, path).toBeUndefined();
      expect(answer.headers['cache-control'], path).toBe('no-store');
    }
    expect(rowsIn(bff, 'logins')).toBe(0);
  });

  it.each([
    ['an image', fetchMetadata('image', 'no-cors')],
    ['a script of a sister site', fetchMetadata('script', 'no-cors', 'same-site')],
    ['fetch', fetchMetadata('empty', 'cors')],
    ['fetch of an old browser', { origin: 'https://evil.test' }],
    ['a sandboxed frame of an old browser', { origin: 'null' }],
  ])('AZ-08 is not begun as JSON for %s of another site', async (_who, headers) => {
    const bff = await start();
    const answer = await new Visitor(bff.url).get('/api/authorize-url', headers);
    expect(answer.status).toBe(403);
    expect(answer.errorCode()).toBe('cross_site');
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(rowsIn(bff, 'logins')).toBe(0);
  });

  it('AZ-08 is begun as JSON for our own pages, and for programs', async () => {
    const bff = await start();
    const ours: Record<string, string>[] = [
      fetchMetadata('empty', 'cors', 'same-origin'),
      { origin: bff.config.publicUrl },
      {},
    ];
    for (const headers of ours) {
      const answer = await new Visitor(bff.url).get('/api/authorize-url', headers);
      expect(answer.status).toBe(200);
      expect(answer.headers['set-cookie']).toHaveLength(1);
    }
  });
});

describe('the page after a login', () => {
  const stays: [string, string][] = [
    ['/discord/guilds', '/discord/guilds'],
    ['/discord/guilds/', '/discord/guilds/'],
    ['/discord/./guilds', '/discord/guilds'],
    ['/discord/x/../account', '/discord/account'],
    ['/discord/%2e/account', '/discord/account'],
    ['/./account', '/account'],
    ['/discord/account/?a=1#b', '/discord/account/?a=1#b'],
    ['/discord/account?next=//evil.test', '/discord/account?next=//evil.test'],
  ];
  const nowhere = [
    '/discord//login',
    '/discord//guilds',
    '/discord/guilds//',
    '/discord/guilds/x',
    '/discord/./login',
    '/discord/login/.',
    '/discord/callback/',
    '/discord/%67uilds',
    '/discord%2fguilds',
    '/discord/guilds%2f',
    '/discord/guilds%00',
    '/DISCORD/ACCOUNT',
    '/discord/account;x',
    '/discord/account.html',
    '/index.html',
    '/assets/x.js',
    '/favicon.ico',
    '/nowhere',
    '/healthz',
    '/readyz',
    '/api/session',
  ];

  it('RD-10 is a page that exists, once its path is made plain', async () => {
    const stack = await startStack();
    for (const [next, landing] of stays) {
      const browser = stack.visitor();
      const callback = await stack.callbackOf(
        browser,
        undefined,
        `/discord/login?next=${encodeURIComponent(next)}`,
      );
      expect((await browser.get(callback)).headers.location, next).toBe(stack.bff.url + landing);
    }
  });

  it('RD-10 is the default one when there is no such page', async () => {
    const stack = await startStack();
    for (const next of nowhere)
      for (const query of [encodeURIComponent(next), next.replaceAll('%', '%25')]) {
        const browser = stack.visitor();
        const callback = await stack.callbackOf(browser, undefined, `/discord/login?next=${query}`);
        expect((await browser.get(callback)).headers.location, query).toBe(
          `${stack.bff.url}/discord/guilds`,
        );
      }
  });
});
