import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../../../bff/server.ts';
import { people } from '../../harness/discord.ts';
import { rawRequest } from '../../harness/raw-request.ts';
import { type Stack, startStack } from '../../harness/stack.ts';

const defaultPage = '/discord/guilds';
const unlimited = { limits: { ...defaultLimits, loginsPerMinute: 100_000 } };

/** Values of `next` that must lead to the default page, as the browser would see them after decoding the query. */
const refused = [
  '',
  ' ',
  'discord/guilds',
  'evil.test',
  '.evil.test',
  '@evil.test',
  '?x',
  '#x',
  './/evil.test',
  // another origin, spelled out
  'https://evil.test',
  'http://evil.test/discord/guilds',
  'HTTPS://EVIL.TEST',
  'https:evil.test',
  'https:/evil.test',
  'https:///evil.test',
  'https:\\\\evil.test',
  'ftp://evil.test',
  'ws://evil.test',
  'file:///etc/passwd',
  'blob:https://evil.test/x',
  'about:blank',
  'mailto:a@evil.test',
  // without a scheme
  '//evil.test',
  '//evil.test/discord/guilds',
  '//evil.test:443',
  '//user:pass@evil.test',
  '//evil%E3%80%82test',
  '//[::1]',
  '//0x7f000001',
  '///evil.test',
  '////evil.test',
  '/////evil.test',
  '//',
  '///',
  // backslashes, which browsers read as slashes
  '/\\evil.test',
  '/\\/evil.test',
  '/\\\\evil.test',
  '\\/evil.test',
  '\\\\evil.test',
  '\\/\\/evil.test',
  '/discord\\..\\..\\evil.test',
  '/x\\y',
  '//\\evil.test',
  // characters that browsers drop before they read a URL
  '/\t/evil.test',
  '/\n/evil.test',
  '/\r/evil.test',
  '/\r\n/evil.test',
  '/\v/evil.test',
  '/\f/evil.test',
  '/\0/evil.test',
  '/ /evil.test',
  '/\x7f/evil.test',
  '/\x1b/evil.test',
  '\t//evil.test',
  '\n/discord/guilds',
  ' //evil.test',
  ' /discord/guilds',
  '/\t\\evil.test',
  '/.\t./\t/evil.test',
  '/discord/guilds\r\nSet-Cookie: guildhall=x',
  '/discord/guilds\r\n\r\n<script>',
  '/discord/guilds x',
  // the same, percent-encoded once more
  '%2fdiscord/account',
  '%2Fdiscord%2Faccount',
  '%2f%2fevil.test',
  '/%2fevil.test',
  '/%2Fevil.test',
  '/%2f%2fevil.test',
  '%2F/evil.test',
  '/%5cevil.test',
  '/%5C%5Cevil.test',
  '/%5c/evil.test',
  '%5c%5cevil.test',
  '/%09/evil.test',
  '/%0a/evil.test',
  '/%0d/evil.test',
  '/%0D%0ALocation:%20https://evil.test',
  '/%0b/evil.test',
  '/%00/evil.test',
  '/%20/evil.test',
  '/%7f/evil.test',
  '%68ttps://evil.test',
  'https%3a%2f%2fevil.test',
  // what does not decode
  '/%',
  '/%zz',
  '/%E0%A4%A',
  '/%ff//evil.test',
  '/%c0%af/evil.test',
  // dot segments that leave two slashes
  '/.//evil.test',
  '/..//evil.test',
  '/./..//evil.test',
  '/a/..//evil.test',
  '/a/b/../..//evil.test',
  '/%2e//evil.test',
  '/%2e%2e//evil.test',
  '/a/%2E%2e//evil.test',
  '/.%2e//evil.test',
  '/a/../%2fevil.test',
  '/a/..///evil.test',
  '/a/../\\evil.test',
  '/.\t.//evil.test',
  // a script instead of a place
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'java\nscript:alert(1)',
  'java%0ascript:alert(1)',
  '\x01javascript:alert(1)',
  'javascript://app.test/%0aalert(1)',
  'data:text/html;base64,PHNjcmlwdD4=',
  'DATA:text/html,x',
  'vbscript:x',
  // our own name in somebody else's address
  'https://localhost@evil.test',
  'https://localhost.evil.test',
  'https://localhost:8001@evil.test',
  'https://evil.test\\@localhost',
  'https://evil.test#@localhost',
  'https://evil.test?localhost',
  '//localhost@evil.test',
  '//localhost:8001.evil.test',
  // pages that would make a circle, sign out, or show JSON
  '/discord/login',
  '/discord/login?next=//evil.test',
  '/discord/login/',
  '/Discord/Login',
  '/discord/%6cogin',
  '/discord/callback?code=x&state=y',
  '/DISCORD/CALLBACK',
  '/discord/x/../login',
  '/api/session',
  '/api/logout',
  '/API/logout',
  '/api',
  '/%61pi/session',
  '/discord/../api/session',
  // too long
  `/${'a'.repeat(512)}`,
  `/discord/guilds?${'x'.repeat(2_000)}`,
];

/** Whole queries that name no one page. */
const refusedQueries = [
  '',
  'next',
  'next=',
  'next=/discord/account&next=//evil.test',
  'next=//evil.test&next=/discord/account',
  'next=/discord/account&next=/discord/account',
  'next[]=/discord/account',
  'next[0]=//evil.test',
  'next[a]=//evil.test',
  'next%5B%5D=//evil.test',
  'Next=//evil.test',
  'NEXT=//evil.test',
  'redirect=//evil.test',
  'redirect_uri=https://evil.test',
  'returnTo=https://evil.test',
  'return_to=//evil.test',
  'rd=//evil.test',
  'url=//evil.test',
  '__proto__[next]=//evil.test',
  '__proto__=//evil.test',
  'next=%252f%252fevil.test',
  'next=%ff',
  'next=+/evil.test',
  'next=%2b//evil.test',
  'next=/discord/account%26next=//evil.test%00',
];

/** Strange, and harmless where they lead. */
const harmless = [
  '/@evil.test',
  '/;@evil.test',
  '/evil.test//x',
  '/https://evil.test',
  '/x//evil.test',
  '/?next=//evil.test',
  '/?//evil.test',
  '/#//evil.test',
  '/#javascript:alert(1)',
  '/%252fevil.test',
  '/%255cevil.test',
  '/%2509/evil.test',
  '/%25%32%66evil.test',
  '/\uff0fevil.test',
  '/\uff3cevil.test',
  '/\u2044evil.test',
  '/\u2215evil.test',
  '/\u3002evil.test',
  '/\u200b/evil.test',
  '/\u2028/evil.test',
  '/\ufeff/evil.test',
  '/\u00a0/evil.test',
  '/\u0085/evil.test',
  '/\ud800/evil.test',
  '/:80',
  '/:@evil.test',
  '/..',
  '/../../..',
  '/.%2e/.%2e',
  '/*',
  '/$evil',
  '/<script>alert(1)</script>',
  '/"onload="x',
  `/${'가'.repeat(511)}`,
];

/** Kept as they are. */
const kept = [
  '/',
  '/discord/dashboard',
  '/discord/guilds?tab=1#x',
  '/discord/guilds?q=a+b&x=%26&y=%EA%B0%80',
  '/account',
  '/discord/account#sessions',
  `/discord/guilds?${'x'.repeat(400)}`,
];

/** Where a browser stands after following a `Location`, as strict and as lenient readers of it see it. */
function expectOurs(stack: Stack, location: string, when: string): void {
  const origin = stack.bff.url;
  expect(location.startsWith(`${origin}/`), `${when} → ${location}`).toBe(true);
  expect(location, when).toMatch(/^[\x21-\x7e]+$/);
  expect(location, when).not.toContain('\\');
  const path = location.slice(origin.length);
  expect(path, when).not.toMatch(/^\/[/\\]/);
  for (const read of [location, path, decodeURIComponent(location), decodeURIComponent(path)])
    expect(new URL(read, origin).origin, when).toBe(origin);
  expect(new URL(location).pathname, when).not.toMatch(
    /^\/(?:\/|api\b|discord\/(?:login|callback))/i,
  );
}

/** A whole login with this query; gives where it led. */
async function landingOf(stack: Stack, query: string): Promise<string> {
  const browser = stack.visitor();
  const start = `/discord/login${query === '' ? '' : '?'}${query}`;
  const started = await browser.get(start);
  expect(started.status, query).toBe(302);
  expect(started.location.startsWith(`${stack.discord.sandbox.url}/oauth2/authorize?`)).toBe(true);
  // State and challenge are random, and may spell anything.
  const said = started.location.replaceAll(/(?:state|code_challenge)=[^&]*/g, '');
  expect(said, query).not.toMatch(/evil|next/i);
  const answer = await browser.get(await stack.discord.consent(started.location));
  expect(answer.status, query).toBe(303);
  return String(answer.headers.location);
}

const queryOf = (next: string): string => `next=${encodeURIComponent(next.toWellFormed())}`;

describe('the page a login leads to', () => {
  it('RD-02 RD-03 RD-04 RD-05 is the default one when the wanted one is not plainly ours', async () => {
    const stack = await startStack({}, unlimited);
    for (const next of refused)
      expect(await landingOf(stack, queryOf(next)), JSON.stringify(next)).toBe(
        stack.bff.url + defaultPage,
      );
  });

  it('RD-09 is the default one when the query does not name exactly one', async () => {
    const stack = await startStack({}, unlimited);
    for (const query of refusedQueries)
      expect(await landingOf(stack, query), query).toBe(stack.bff.url + defaultPage);
  });

  it('RD-06 is ours, whatever strange path it has', async () => {
    const stack = await startStack({}, unlimited);
    for (const next of harmless)
      expectOurs(stack, await landingOf(stack, queryOf(next)), JSON.stringify(next));
  });

  it('RD-01 is the one that was wanted, its query and fragment too', async () => {
    const stack = await startStack({}, unlimited);
    for (const next of kept)
      expect(await landingOf(stack, queryOf(next)), next).toBe(stack.bff.url + next);
  });

  it('RD-01 RD-02 is judged the same for a page that asks for the address as JSON', async () => {
    const stack = await startStack({}, unlimited);
    for (const [next, landing] of [
      ['/discord/account?a=1', '/discord/account?a=1'],
      ['//evil.test', defaultPage],
      ['/\\evil.test', defaultPage],
      ['/a/..//evil.test', defaultPage],
      ['javascript:alert(1)', defaultPage],
    ] as const) {
      const browser = stack.visitor();
      const answer = await browser.api(`/api/authorize-url?${queryOf(next)}`);
      const { authorization_url: url } = answer.data<{ authorization_url: string }>();
      expect(url).not.toContain('evil');
      expect((await browser.get(await stack.discord.consent(url))).headers.location).toBe(
        stack.bff.url + landing,
      );
    }
  });

  it('RD-07 is not chosen by the callback, nor by headers', async () => {
    const stack = await startStack();
    const evil = 'https://evil.test/';
    for (const [extra, headers] of [
      ['&next=//evil.test', {}],
      ['&redirect_uri=https://evil.test', {}],
      ['', { referer: evil, origin: 'https://evil.test' }],
      ['', { 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'javascript' }],
      ['', { forwarded: 'host=evil.test;proto=http', 'x-forwarded-prefix': '//evil.test' }],
      ['', { 'x-original-url': '//evil.test', 'x-rewrite-url': '//evil.test' }],
      ['', { host: 'evil.test' }],
    ] as const) {
      const browser = stack.visitor();
      const started = await browser.send('GET', '/discord/login', headers);
      const redirectUri = new URL(started.location).searchParams.get('redirect_uri');
      expect(redirectUri).toBe(`${stack.bff.url}/discord/callback`);
      const back = await stack.discord.consent(started.location);
      const answer = await browser.get(back + extra, headers);
      expect(answer.headers.location).toBe(stack.bff.url + defaultPage);
    }
  });

  it('RD-08 may not hold bytes that HTTP does not know', async () => {
    const stack = await startStack();
    for (const next of ['/\t/evil.test', '/\x0b/evil.test', '/ /evil.test', '//evil.test\x80']) {
      const answer = await rawRequest(
        stack.bff.url,
        `GET /discord/login?next=${next} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
      );
      expect(answer, JSON.stringify(next)).toMatch(/^HTTP\/1\.1 (?:400|302) /);
      expect(answer).not.toContain('evil');
    }
  });
});

describe('every other answer', () => {
  it('RD-11 of a sign-out leads nowhere, whatever it is told', async () => {
    const stack = await startStack();
    for (const path of [
      '/api/logout?next=https://evil.test',
      '/api/logout?post_logout_redirect_uri=https://evil.test',
      '/api/logout-everywhere?next=//evil.test',
    ]) {
      const browser = await stack.signedIn(people.member.id);
      const answer = await browser.api(path, 'POST', { referer: 'https://evil.test/' });
      expect(answer.status).toBe(204);
      expect(answer.headers).not.toHaveProperty('location');
      expect(await stack.isAnonymous(browser)).toBe(true);
    }
  });

  it('RD-10 leaves no origin by its path alone', async () => {
    const stack = await startStack();
    for (const path of [
      '/',
      '//evil.test',
      '//evil.test/',
      '///evil.test',
      '/\\evil.test',
      '/%2f%2fevil.test',
      '/%5cevil.test',
      '//evil.test/%2e%2e',
      '//evil.test/discord/..',
      '/discord//evil.test/',
      '/discord/login/..//evil.test',
    ]) {
      const { location } = (await stack.visitor().get(path)).headers;
      if (location !== undefined)
        expect(String(location), path).toMatch(/^(?:http:\/\/localhost:\d+)?\/[^/\\]/);
    }
  });
});
