import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { loginErrorCodes } from '../../../shared/http.ts';
import { startBffProcess } from '../../harness/bff-process.ts';
import { passTime } from '../../harness/clock.ts';
import { databaseOf, rowsIn } from '../../harness/database.ts';
import { discordPaths, people } from '../../harness/discord.ts';
import { hangUp, rawRequest } from '../../harness/raw-request.ts';
import { type Stack, startStack } from '../../harness/stack.ts';
import { type Answer, Visitor } from '../../harness/visitor.ts';

/** What Discord's answer to a started login says. */
type Good = { code: string; state: string; issuer: string };

/** The answer to a callback that must not work: nothing of it reflected, nothing kept, no session. */
function expectRejected(stack: Stack, answer: Answer, when = 'it came'): void {
  expect(answer.status, when).toBe(303);
  expect(answer.body, when).toBe('');
  const codes = loginErrorCodes.join('|');
  expect(answer.headers.location, when).toMatch(
    new RegExp(`^${stack.bff.config.publicUrl}/discord/dashboard\\?error=(?:${codes})$`),
  );
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(answer.headers['referrer-policy']).toBe('no-referrer');
  expect(sessionCookiesSet(answer), when).toEqual([]);
}

function sessionCookiesSet(answer: Answer): string[] {
  const set = (answer.headers['set-cookie'] ?? []) as string[];
  return set.filter((cookie) => /^(?:__Host-)?guildhall(?:\.sig)?=/.test(cookie));
}

async function exchanges(stack: Stack): Promise<number> {
  return (await stack.discord.asked(discordPaths.token)).length;
}

/** A browser that started a login, and what Discord's good answer to it would be. */
async function startedLogin(stack: Stack, browser = stack.visitor()) {
  const url = await stack.callbackOf(browser);
  const { searchParams } = new URL(url);
  const good: Good = {
    code: searchParams.get('code') ?? '',
    state: searchParams.get('state') ?? '',
    issuer: stack.discord.sandbox.url,
  };
  return { browser, url, good };
}

const otherLast = (text: string): string => text.slice(0, -1) + (text.endsWith('A') ? 'B' : 'A');
const otherFirst = (text: string): string => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
const swapCase = (text: string): string =>
  text.replace(/[a-z]/gi, (c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase()));

/** Answers that name no login of the browser. Its own must still work afterwards. */
const withoutState: [string, (good: Good) => string][] = [
  ['no state', ({ code }) => `code=${code}`],
  ['an empty state', ({ code }) => `code=${code}&state=`],
  ['a state without a value', ({ code }) => `code=${code}&state`],
  ['a random state', ({ code }) => `code=${code}&state=${'x'.repeat(43)}`],
  ['a state that ends otherwise', ({ code, state }) => `code=${code}&state=${otherLast(state)}`],
  ['a state that begins otherwise', ({ code, state }) => `code=${code}&state=${otherFirst(state)}`],
  ['a state in the other case', ({ code, state }) => `code=${code}&state=${swapCase(state)}`],
  ['a state cut short', ({ code, state }) => `code=${code}&state=${state.slice(0, -1)}`],
  ['a state of one character', ({ code, state }) => `code=${code}&state=${state[0]}`],
  ['a state made longer', ({ code, state }) => `code=${code}&state=${state}A`],
  ['a padded state', ({ code, state }) => `code=${code}&state=${state}%3D`],
  ['a state with a blank before', ({ code, state }) => `code=${code}&state=%20${state}`],
  ['a state with a line end', ({ code, state }) => `code=${code}&state=${state}%0A`],
  ['a state with NUL', ({ code, state }) => `code=${code}&state=${state}%00`],
  ['a state in broken UTF-8', ({ code }) => `code=${code}&state=%ff%fe${'%80'.repeat(41)}`],
  [
    'a state of 43 emoji',
    ({ code }) => `code=${code}&state=${encodeURIComponent('🦊'.repeat(43))}`,
  ],
  ['a state of 8 kB', ({ code }) => `code=${code}&state=${'a'.repeat(8_000)}`],
  ['a state encoded twice', ({ code, state }) => `code=${code}&state=%2565${state.slice(1)}`],
  ['the state twice', ({ code, state }) => `code=${code}&state=${state}&state=${state}`],
  ['the state, then another', ({ code, state }) => `code=${code}&state=${state}&state=x`],
  ['another, then the state', ({ code, state }) => `code=${code}&state=x&state=${state}`],
  ['the state, then an empty one', ({ code, state }) => `code=${code}&state=${state}&state=`],
  ['the state as a list', ({ code, state }) => `code=${code}&state[]=${state}`],
  ['the state as a member', ({ code, state }) => `code=${code}&state[0]=${state}&state[x]=1`],
  ['the state under __proto__', ({ code, state }) => `code=${code}&__proto__[state]=${state}`],
  ['the state under another name', ({ code, state }) => `code=${code}&State=${state}`],
  ['code and state swapped', ({ code, state }) => `code=${state}&state=${code}`],
  ['semicolons for ampersands', ({ code, state }) => `code=${code};state=${state}`],
  ['a question mark in between', ({ code, state }) => `code=${code}?state=${state}`],
  ['nothing at all', () => ''],
  ['a denial without state', () => 'error=access_denied'],
  ['a denial with another state', () => `error=access_denied&state=${'x'.repeat(43)}`],
  ['a denial with an empty state', () => 'error=access_denied&state='],
  ['a denial with two states', ({ state }) => `error=access_denied&state=${state}&state=x`],
  ['a server error without state', () => 'error=server_error&error_description=x'],
  ['the right issuer without state', ({ code, issuer }) => `code=${code}&iss=${issuer}`],
];

/** Answers to the browser's own login that must end it without a request to Discord. */
const withState: [string, (good: Good) => string, string?][] = [
  ['no code', ({ state }) => `state=${state}`, 'login_failed'],
  ['an empty code', ({ state }) => `code=&state=${state}`, 'login_failed'],
  ['two codes', ({ code, state }) => `code=${code}&code=b&state=${state}`, 'login_failed'],
  ['the same code twice', ({ code, state }) => `code=${code}&code=${code}&state=${state}`],
  ['a code and an empty one', ({ code, state }) => `code=${code}&code=&state=${state}`],
  ['a list of codes', ({ code, state }) => `code[]=${code}&state=${state}`],
  ['a code of 10 kB', ({ state }) => `code=${'c'.repeat(10_000)}&state=${state}`],
  ['a code with NUL', ({ code, state }) => `code=${code}%00&state=${state}`],
  ['a code with a line end', ({ code, state }) => `code=${code}%0d%0aX-Evil:1&state=${state}`],
  ['a code with a tab', ({ code, state }) => `code=${code}%09&state=${state}`],
  ['a code with DEL', ({ code, state }) => `code=${code}%7f&state=${state}`],
  ['a code that is not ASCII', ({ code, state }) => `code=${code}%C3%A9&state=${state}`],
  ['a code in broken UTF-8', ({ code, state }) => `code=${code}%ff&state=${state}`],
  ['a denial', ({ state }) => `error=access_denied&state=${state}`, 'access_denied'],
  [
    'a denial beside a code',
    ({ code, state }) => `error=access_denied&code=${code}&state=${state}`,
    'access_denied',
  ],
  ['a code, then a denial', ({ code, state }) => `code=${code}&state=${state}&error=access_denied`],
  ['an empty error beside a code', ({ code, state }) => `error=&code=${code}&state=${state}`],
  ['two errors', ({ state }) => `error=access_denied&error=server_error&state=${state}`],
  ['an unknown error', ({ state }) => `error=you_are_evil&state=${state}`, 'login_failed'],
  ['an error named like a member', ({ state }) => `error=__proto__&state=${state}`, 'login_failed'],
  ['a server error', ({ state }) => `error=server_error&state=${state}`, 'discord_unavailable'],
  [
    'a busy server',
    ({ state }) => `error=temporarily_unavailable&state=${state}`,
    'discord_unavailable',
  ],
  ['a refused scope', ({ state }) => `error=invalid_scope&state=${state}`, 'misconfigured'],
  [
    'markup for an error',
    ({ state }) =>
      `error=<script>alert(1)</script>&error_description=%0d%0aX-Evil:1&error_uri=javascript:alert(1)&state=${state}`,
    'login_failed',
  ],
  ['another issuer', ({ code, state }) => `code=${code}&state=${state}&iss=https://evil.test`],
  ['an empty issuer', ({ code, state }) => `code=${code}&state=${state}&iss=`],
  [
    "an issuer beginning like Discord's",
    ({ code, state, issuer }) => `code=${code}&state=${state}&iss=${issuer}.evil.test`,
  ],
  [
    'the issuer with a slash',
    ({ code, state, issuer }) => `code=${code}&state=${state}&iss=${issuer}/`,
  ],
  [
    'the issuer in capitals',
    ({ code, state, issuer }) => `code=${code}&state=${state}&iss=${issuer.toUpperCase()}`,
  ],
  [
    'the issuer twice',
    ({ code, state, issuer }) => `code=${code}&state=${state}&iss=${issuer}&iss=${issuer}`,
  ],
  [
    'the issuer, then another',
    ({ code, state, issuer }) => `code=${code}&state=${state}&iss=${issuer}&iss=https://evil.test`,
  ],
  [
    'another issuer beside a denial',
    ({ state }) => `error=access_denied&state=${state}&iss=https://evil.test`,
  ],
  ['a token beside the code', ({ code, state }) => `code=${code}&state=${state}&token=stolen`],
  ['an ID token', ({ code, state }) => `code=${code}&state=${state}&id_token=a.b.c`],
  ['a signed response', ({ code, state }) => `code=${code}&state=${state}&response=a.b.c`],
];

describe('an answer that is not right', () => {
  it('CB-02 CB-03 CB-12 and names no login of the browser signs nobody in and leaves its login as it was', async () => {
    const stack = await startStack();
    for (const [when, query] of withoutState) {
      const { browser, url, good } = await startedLogin(stack);
      const answer = await browser.get(`/discord/callback?${query(good)}`);
      expectRejected(stack, answer, when);
      expect(answer.location, when).toContain('error=login_expired');
      expect(await stack.isAnonymous(browser), when).toBe(true);
      expect(await exchanges(stack), when).toBe(0);

      const later = await browser.get(url);
      expect(later.location, when).toBe(`${stack.bff.url}/discord/guilds`);
      await stack.discord.clearJournal();
    }
  });

  it('CB-13 CB-14 CB-15 CB-16 CB-18 CB-20 and names its login ends that login and asks Discord nothing', async () => {
    const stack = await startStack();
    for (const [when, query, code = ''] of withState) {
      const { browser, url, good } = await startedLogin(stack);
      const answer = await browser.get(`/discord/callback?${query(good)}`);
      expectRejected(stack, answer, when);
      expect(answer.location, when).toContain(`error=${code}`);
      expect(answer.headers, when).not.toHaveProperty('x-evil');
      expect(await stack.isAnonymous(browser), when).toBe(true);

      expectRejected(stack, await browser.get(url), when);
      const log = stack.bff.log.join('');
      for (const secret of [good.code, good.state]) expect(log, when).not.toContain(secret);
    }
    expect(stack.bff.log.join('')).not.toMatch(/alert\(1\)|stolen|evil\.test|you_are_evil/);
    expect(await exchanges(stack)).toBe(0);
    expect(rowsIn(stack.bff, 'sessions')).toBe(0);
  });

  it('CB-08 CB-16 while signed in does not touch the session there is', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn(people.owner.id);
    const { cookies } = browser;
    const session = cookies.get('guildhall');
    for (const [when, query] of [...withoutState, ...withState]) {
      const { good } = await startedLogin(stack, browser);
      expectRejected(stack, await browser.get(`/discord/callback?${query(good)}`), when);
      expect(cookies.get('guildhall'), when).toBe(session);
    }
    expect(await stack.whoIs(browser)).toMatchObject({ id: people.owner.id });
    expect(await exchanges(stack)).toBe(1);
    expect(rowsIn(stack.bff, 'sessions')).toBe(1);
  });

  it('CB-11 is told to the log at info, without an exception', async () => {
    const stack = await startStack();
    const browser = stack.visitor();
    const started = await browser.get('/discord/login');
    await browser.get(await stack.discord.consent(started.location, people.member.id, 'cancel'));
    const lines = stack.bff.log.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.find(({ event }) => event === 'login_failed')).toMatchObject({
      level: 30,
      error: 'access_denied',
      request_id: expect.any(String),
    });
    expect(lines.filter(({ level }) => Number(level) > 30)).toEqual([]);
    expect(stack.bff.log.join('')).not.toContain('"stack"');
  });
});

describe('an answer in the wrong browser', () => {
  it('CB-04 signs nobody in without the login cookie, and does not burn the login', async () => {
    const stack = await startStack();
    const { browser: attacker, url } = await startedLogin(stack);
    const victim = stack.visitor();
    expectRejected(stack, await victim.get(url));
    expect(await exchanges(stack)).toBe(0);
    expect(await stack.isAnonymous(victim)).toBe(true);
    await attacker.get(url);
    expect(await stack.whoIs(attacker)).not.toBeNull();
  });

  it('CB-05 signs neither of two browsers in with the answer of the other', async () => {
    const stack = await startStack();
    const [first, second] = [await startedLogin(stack), await startedLogin(stack)];
    for (const [browser, url] of [
      [first.browser, second.url],
      [second.browser, first.url],
    ] as const) {
      expectRejected(stack, await browser.get(url));
      expect(await stack.isAnonymous(browser)).toBe(true);
    }
    expect(await exchanges(stack)).toBe(0);
    await first.browser.get(first.url);
    expect(await stack.whoIs(first.browser)).not.toBeNull();
  });

  it("CB-05 refuses another's state beside one's own code, and the other way round", async () => {
    const stack = await startStack();
    const [first, second] = [await startedLogin(stack), await startedLogin(stack)];
    expectRejected(
      stack,
      await first.browser.get(
        `/discord/callback?code=${first.good.code}&state=${second.good.state}`,
      ),
    );
    expect(await exchanges(stack)).toBe(0);
    // The code of another's login fits one's own state, but not one's own code verifier.
    expectRejected(
      stack,
      await first.browser.get(
        `/discord/callback?code=${second.good.code}&state=${first.good.state}`,
      ),
    );
    expect(await stack.isAnonymous(first.browser)).toBe(true);
    expect(rowsIn(stack.bff, 'sessions')).toBe(0);
  });

  const name = 'guildhall-login';
  const tampering: [string, (cookies: Map<string, string>, other: Map<string, string>) => void][] =
    [
      ['its value ends otherwise', (mine) => mine.set(name, otherLast(mine.get(name) ?? ''))],
      ['its value begins otherwise', (mine) => mine.set(name, otherFirst(mine.get(name) ?? ''))],
      ['its value is empty', (mine) => mine.set(name, '')],
      ['its value is long', (mine) => mine.set(name, 'a'.repeat(4_000))],
      ['its value is cut short', (mine) => mine.set(name, mine.get(name)?.slice(0, -1) ?? '')],
      ['its value is quoted', (mine) => mine.set(name, `"${mine.get(name)}"`)],
      ['its value is not ASCII', (mine) => mine.set(name, 'é'.repeat(43))],
      ['its value is gone', (mine) => mine.delete(name)],
      ['its value is that of another', (mine, other) => mine.set(name, other.get(name) ?? '')],
      [
        'it is the session cookie',
        (mine, other) => {
          mine.set(name, other.get('guildhall') ?? '');
        },
      ],
    ];
  it.each(tampering)('CB-06 refuses a login cookie when %s', async (_, tamper) => {
    const stack = await startStack();
    const other = await stack.signedIn(people.owner.id);
    await other.get('/discord/login');
    const { browser, url } = await startedLogin(stack);
    const before = await exchanges(stack);
    const tampered = browser.copy();
    tamper(tampered.cookies, other.cookies);
    expectRejected(stack, await tampered.get(url));
    expect(await exchanges(stack)).toBe(before);
    expect(await stack.isAnonymous(tampered)).toBe(true);
    await browser.get(url);
    expect(await stack.whoIs(browser)).not.toBeNull();
  });

  it('CB-06 refuses two login cookies, of which either may be tossed, and the login that waits can be finished', async () => {
    const stack = await startStack();
    const { browser, url } = await startedLogin(stack);
    const real = browser.cookies.get('guildhall-login');
    const answer = await stack.visitor().get(url, {
      cookie: `guildhall-login=${'A'.repeat(43)}; guildhall-login=${real}`,
    });
    expect(answer.status).toBe(400);
    expect(answer.errorCode()).toBe('doubled_cookie');
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(await exchanges(stack)).toBe(0);
    expect((await browser.get(url)).location).toBe(`${stack.bff.url}/discord/guilds`);
  });

  it('CB-06 does not take the login cookie for a session', async () => {
    const stack = await startStack();
    const { browser } = await startedLogin(stack);
    browser.cookies.set('guildhall', browser.cookies.get('guildhall-login') ?? '');
    expect(await stack.isAnonymous(browser)).toBe(true);
  });
});

describe('an answer that comes late, twice or half', () => {
  it('CB-07 is refused after ten minutes unless told otherwise, and not before', async () => {
    const stack = await startStack();
    await stack.discord.settings({ code_ttl_seconds: 3_600 });
    const late = await startedLogin(stack);
    const { browser, url } = await startedLogin(stack);
    passTime({ seconds: 590 });
    expect((await browser.get(url)).location).toBe(`${stack.bff.url}/discord/guilds`);
    const before = await exchanges(stack);
    passTime({ seconds: 20 });
    expectRejected(stack, await late.browser.get(late.url));
    expect(await stack.isAnonymous(late.browser)).toBe(true);
    expect(await exchanges(stack)).toBe(before);
  });

  it('CB-07 is refused when the login is older than its lifetime', async () => {
    const stack = await startStack({ LOGIN_TTL_SECONDS: '1' });
    const { browser, url } = await startedLogin(stack);
    // A browser drops the cookie by itself; an attacker's does not.
    const keeping = browser.copy();
    await sleep(1_100);
    expectRejected(stack, await keeping.get(url));
    expect(await exchanges(stack)).toBe(0);
    expect(await stack.isAnonymous(keeping)).toBe(true);
  });

  it('CB-08 is used once: a replay asks Discord nothing and leaves the session alone', async () => {
    const stack = await startStack();
    const { browser, url } = await startedLogin(stack);
    const withOldCookies = browser.copy();
    await browser.get(url);
    const session = browser.cookies.get('guildhall');
    for (const replaying of [browser, withOldCookies, stack.visitor()])
      expectRejected(stack, await replaying.get(url));
    expect(await exchanges(stack)).toBe(1);
    expect(browser.cookies.get('guildhall')).toBe(session);
    expect(await stack.whoIs(browser)).not.toBeNull();
    expect(await stack.isAnonymous(withOldCookies)).toBe(true);
  });

  it('CB-08 is used once when it comes twenty times at the same moment', async () => {
    const stack = await startStack();
    const { browser, url } = await startedLogin(stack);
    const copies = Array.from({ length: 20 }, () => browser.copy());
    const answers = await Promise.all(copies.map((copy) => copy.get(url)));
    expect(answers.filter(({ location }) => location.endsWith('/discord/guilds'))).toHaveLength(1);
    expect(await exchanges(stack)).toBe(1);
    expect(rowsIn(stack.bff, 'sessions')).toBe(1);
    const people = await Promise.all(copies.map((copy) => stack.whoIs(copy)));
    expect(people.filter((person) => person !== null)).toHaveLength(1);
  });

  it('CB-08 is used once when two processes on one database have both looked it up', async () => {
    const stack = await startStack();
    const { config } = stack.bff;
    const environment = {
      ...stack.discord.environment,
      PUBLIC_URL: stack.bff.url,
      SESSION_SECRET: config.sessionSecrets.join(','),
      DATABASE_URL: config.databaseFile,
    };
    const processes = await Promise.all([
      startBffProcess(environment),
      startBffProcess(environment),
    ]);
    const { browser, url } = await startedLogin(stack);
    // While another writes, both find the login, and neither can take it.
    const writer = databaseOf(stack.bff);
    writer.exec('begin immediate');
    const answers = processes.map(async (process) => {
      const copy = new Visitor(process.url);
      for (const [name, value] of browser.cookies) copy.cookies.set(name, value);
      return await copy.get(url.slice(stack.bff.url.length));
    });
    await sleep(400);
    writer.exec('commit');
    const locations = (await Promise.all(answers)).map(({ headers }) => headers.location);
    expect(locations.toSorted()).toEqual([
      `${stack.bff.url}/discord/dashboard?error=login_expired`,
      `${stack.bff.url}/discord/guilds`,
    ]);
    expect(await exchanges(stack)).toBe(1);
    expect(rowsIn(stack.bff, 'sessions')).toBe(1);
  });

  it('CB-08 is used once although the browser hangs up in the middle', async () => {
    const stack = await startStack();
    const { browser, url } = await startedLogin(stack);
    await stack.discord.fault({ path: discordPaths.token, delay_ms: 300, times: 1 });
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const path = url.slice(stack.bff.url.length);
    await hangUp(
      stack.bff.url,
      `GET ${path} HTTP/1.1\r\nhost: x\r\ncookie: ${cookie}\r\n\r\n`,
      100,
    );
    expectRejected(stack, await browser.get(url));
    await sleep(400);
    expectRejected(stack, await browser.get(url));
    expect(await exchanges(stack)).toBe(1);
    expect(await stack.isAnonymous(browser)).toBe(true);
    await stack.signIn(browser);
    expect(await stack.whoIs(browser)).not.toBeNull();
  });

  it('CB-08 leaves the login alone when the request itself is only half there', async () => {
    const stack = await startStack();
    const { browser, url } = await startedLogin(stack);
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const whole = `GET ${url.slice(stack.bff.url.length)} HTTP/1.1\r\nhost: x\r\ncookie: ${cookie}\r\n`;
    for (const half of [whole, whole.slice(0, 40), whole.slice(0, -20)])
      await hangUp(stack.bff.url, half, 30);
    expect(await exchanges(stack)).toBe(0);
    await browser.get(url);
    expect(await stack.whoIs(browser)).not.toBeNull();
  });
});

describe('an answer that is right', () => {
  it('CB-01 CB-24 makes a session, clears the login cookie and leads on, once, with nothing in the address', async () => {
    const stack = await startStack();
    const { browser, url, good } = await startedLogin(stack);
    const answer = await browser.get(url);
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe(`${stack.bff.url}/discord/guilds`);
    expect(answer.body).toBe('');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['referrer-policy']).toBe('no-referrer');
    expect(JSON.stringify(answer.headers)).not.toContain(good.code);
    expect(JSON.stringify(answer.headers)).not.toContain(good.state);
    const set = (answer.headers['set-cookie'] as string[]).map((line) => line.split('=')[0]);
    expect(set.toSorted()).toEqual(['guildhall', 'guildhall-login']);
    expect([...browser.cookies.keys()]).toEqual(['guildhall']);

    const asked = await stack.discord.asked(discordPaths.token);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.method).toBe('POST');
    expect(asked[0]?.body).toMatchObject({
      grant_type: 'authorization_code',
      redirect_uri: `${stack.bff.url}/discord/callback`,
      code_verifier: '[redacted]',
      client_id: stack.bff.config.clientId,
      client_secret: '[redacted]',
    });
    expect(asked[0]?.header_names).not.toContain('cookie');
    expect(await stack.whoIs(browser)).toMatchObject({ id: people.member.id });
  });

  it('CB-19 ignores what else stands in it', async () => {
    const stack = await startStack();
    const { browser, url } = await startedLogin(stack);
    const extras =
      '&guild_id=1&permissions=8&foo=bar&foo=baz&next=https://evil.test&redirect_uri=https://evil.test&user=1&code_verifier=x&session=x&__proto__[admin]=1&constructor=1';
    const answer = await browser.get(url + extras);
    expect(answer.headers.location).toBe(`${stack.bff.url}/discord/guilds`);
    expect(await stack.whoIs(browser)).toMatchObject({ id: people.member.id });
    const [exchange] = await stack.discord.asked(discordPaths.token);
    expect(Object.keys(exchange?.body ?? {}).toSorted()).toEqual([
      'client_id',
      'client_secret',
      'code',
      'code_verifier',
      'grant_type',
      'redirect_uri',
    ]);
  });

  it('CB-20 takes the issuer when it is the right one', async () => {
    const stack = await startStack();
    await stack.discord.settings({ send_iss: true });
    const { browser, url } = await startedLogin(stack);
    expect(new URL(url).searchParams.get('iss')).toBe(stack.discord.sandbox.url);
    await browser.get(url);
    expect(await stack.whoIs(browser)).not.toBeNull();
  });

  it('CB-10 forgets the oldest of many logins of one browser, and finishes the others', async () => {
    const stack = await startStack();
    const browser = stack.visitor();
    const urls: string[] = [];
    for (let tab = 0; tab < 10; tab += 1) {
      urls.push(await stack.callbackOf(browser));
      await sleep(2);
    }
    const answers: Answer[] = [];
    for (const url of urls) answers.push(await browser.get(url));
    const worked = answers.map(({ location }) => location.endsWith('/discord/guilds'));
    expect(worked).toEqual([false, false, ...Array<boolean>(8).fill(true)]);
    expect(rowsIn(stack.bff, 'sessions')).toBe(1);
    expect(rowsIn(stack.bff, 'logins')).toBe(0);
  });
});

describe("the callback's address", () => {
  it.each(['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'])(
    'CB-27 takes GET only: %s uses nothing up',
    async (method) => {
      const stack = await startStack();
      const { browser, url } = await startedLogin(stack);
      const answer = await browser.send(method, url, { 'x-csrf': '1' });
      expect([405, 501]).toContain(answer.status);
      expect(answer.headers['set-cookie']).toBeUndefined();
      expect(answer.body).not.toContain(new URL(url).searchParams.get('code'));
      expect(await exchanges(stack)).toBe(0);
      await browser.get(url);
      expect(await stack.whoIs(browser)).not.toBeNull();
    },
  );

  const spellings = [
    '/discord/callback/',
    '/Discord/Callback',
    '/DISCORD/CALLBACK/',
    '/discord/callback//',
    '/discord/callback%2f',
    '/discord/callback%00',
    '/discord/callback;x=1',
    '/discord/callback.json',
    '/discord%2fcallback',
    '/discord/%63allback',
    '//discord/callback',
    '/discord//callback',
    '/./discord/callback',
    '/discord/./callback',
    '/discord/x/../callback',
    '/discord\\callback',
    '/api/discord/callback',
  ];
  it.each(spellings)('CB-27 has no second, unchecked route at %s', async (path) => {
    const stack = await startStack();
    const { browser, url } = await startedLogin(stack);
    const { search } = new URL(url);
    const forged = await browser.get(`${path}?code=x&state=${'x'.repeat(43)}`);
    expect(sessionCookiesSet(forged)).toEqual([]);
    expect((await stack.visitor().get(path + search)).headers['set-cookie']).toBeUndefined();
    expect(await exchanges(stack)).toBe(0);
    expect(await stack.isAnonymous(browser)).toBe(true);

    // Here it is the callback itself, with its checks, or it is not there.
    const answer = await browser.get(path + search);
    const isCallback = answer.status === 303;
    expect(await exchanges(stack)).toBe(isCallback ? 1 : 0);
    if (isCallback) expect(answer.headers.location).toBe(`${stack.bff.url}/discord/guilds`);
    else expect(await stack.isAnonymous(browser)).toBe(true);
  });

  it("CB-27 is not another's when the request names a whole address", async () => {
    const stack = await startStack();
    const { browser, url } = await startedLogin(stack);
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await rawRequest(
      stack.bff.url,
      `GET http://evil.test${url.slice(stack.bff.url.length)} HTTP/1.1\r\nhost: evil.test\r\nconnection: close\r\ncookie: ${cookie}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 (?:303|4\d\d) /);
    expect(answer).not.toMatch(/evil\.test/);
  });
});
