import { createHash } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startBff } from '../../harness/bff.ts';
import { rowsIn } from '../../harness/database.ts';
import { people } from '../../harness/discord.ts';
import { loginAt, startProvider } from '../../harness/provider.ts';
import { startStack } from '../../harness/stack.ts';
import type { Answer } from '../../harness/visitor.ts';

const loginCookieOf = (answer: Answer): string =>
  ((answer.headers['set-cookie'] ?? []) as string[]).find((cookie) =>
    /^(?:__Host-)?guildhall-login=/.test(cookie),
  ) ?? '';

/** What a caller may try to put into the address at Discord. */
const callers = [
  'scope=bot%20applications.commands%20guilds.join',
  'scope=identify&scope=bot',
  'scope[]=bot',
  'client_id=evil',
  'redirect_uri=https://evil.test/cb',
  'redirect_uri=https://evil.test/cb&redirect_uri=https://evil.test/2',
  'response_type=token',
  'response_type=code%20id_token',
  'response_mode=fragment',
  'prompt=none',
  'state=fixed',
  'nonce=x',
  'code_challenge=x&code_challenge_method=plain',
  'code_challenge_method=',
  'permissions=8',
  'guild_id=1&disable_guild_select=true',
  'integration_type=1',
  'login_hint=someone',
  'request=a.b.c&request_uri=https://evil.test/r',
  'resource=https://evil.test',
  'authorization_details=[]',
  'claims=%7B%7D',
  'acr_values=0',
  '__proto__[scope]=bot',
  'constructor=x',
  'next=/discord/account%26scope=bot',
  'next=/discord/account%23&scope=bot',
];

/** The address without what must differ each time, which must be there once. */
function plain(location: string): string {
  const url = new URL(location);
  for (const name of ['state', 'code_challenge']) {
    expect(url.searchParams.getAll(name)).toHaveLength(1);
    expect(url.searchParams.get(name)).toMatch(/^[\w-]{43}$/);
    url.searchParams.delete(name);
  }
  return url.href;
}

describe('the address at Discord', () => {
  it('AZ-03 has the S256 challenge of a verifier that stands nowhere before it is needed', async () => {
    const provider = await startProvider();
    const bff = await startBff(provider.environment);
    onTestFinished(() => bff.close());
    const { visitor } = await loginAt(bff.url);
    const started = await visitor.get('/discord/login');
    const asked = new URL(started.location).searchParams;
    await visitor.get(`/discord/callback?code=x&state=${asked.get('state')}`);
    const verifier = provider.to('/api/oauth2/token').at(-1)?.form.code_verifier ?? '';
    expect(verifier).toMatch(/^[\w.~-]{43,128}$/);
    expect(createHash('sha256').update(verifier).digest('base64url')).toBe(
      asked.get('code_challenge'),
    );
    expect(JSON.stringify([started.headers, started.body, ...visitor.cookies])).not.toContain(
      verifier,
    );
    expect(bff.log.join('')).not.toContain(verifier);
    const verifiers = provider.to('/api/oauth2/token').map(({ form }) => form.code_verifier);
    expect(new Set(verifiers).size).toBe(verifiers.length);
  });

  it('AZ-02 is another one each time, in one browser and in many', async () => {
    const stack = await startStack();
    const browser = stack.visitor();
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, turn) =>
        (turn % 2 === 0 ? browser : stack.visitor()).get('/discord/login'),
      ),
    );
    for (const name of ['state', 'code_challenge']) {
      const values = answers.map(({ location }) => new URL(location).searchParams.get(name) ?? '');
      expect(new Set(values).size).toBe(40);
      for (const value of values) expect(value).toMatch(/^[\w-]{43}$/);
    }
  });

  it('AZ-06 is the same whatever the caller adds', async () => {
    const stack = await startStack();
    const honest = plain((await stack.visitor().get('/discord/login')).location);
    for (const query of callers) {
      const viaPage = (await stack.visitor().get(`/discord/login?${query}`)).location;
      const asJson = (await stack.visitor().api(`/api/authorize-url?${query}`)).data<{
        authorization_url: string;
      }>().authorization_url;
      for (const location of [viaPage, asJson]) expect(plain(location), query).toBe(honest);
    }
  });

  it('AZ-06 does not depend on who asks, from where, with what headers', async () => {
    const stack = await startStack();
    const redirectUri = `${stack.bff.url}/discord/callback`;
    for (const [name, value] of [
      ['host', 'evil.test'],
      ['host', 'evil:x@app'],
      ['x-forwarded-host', 'evil.test'],
      ['x-forwarded-proto', 'https'],
      ['x-forwarded-port', '666'],
      ['forwarded', 'host=evil.test'],
      ['origin', 'https://evil.test'],
      ['referer', 'https://evil.test'],
      ['sec-fetch-site', 'cross-site'],
    ] as const) {
      const { location } = await stack.visitor().get('/discord/login', { [name]: value });
      const url = new URL(location);
      expect(url.searchParams.get('redirect_uri'), name).toBe(redirectUri);
      expect(location, name).not.toMatch(/evil|666/);
    }
  });
});

describe('the login cookie', () => {
  it('AZ-04 says nothing of the login, however it is read', async () => {
    const stack = await startStack();
    const next = '/discord/account?secret=page';
    const answer = await stack.visitor().get(`/discord/login?next=${encodeURIComponent(next)}`);
    const state = new URL(answer.location).searchParams.get('state') ?? '';
    const value = /=([\w-]{43});/.exec(loginCookieOf(answer))?.[1] ?? '';
    expect(value).not.toBe(state);
    for (const read of [value, Buffer.from(value, 'base64url').toString('latin1')])
      for (const secret of ['account', 'secret', state]) expect(read).not.toContain(secret);
    expect(value).not.toBe(createHash('sha256').update(state).digest('base64url'));
  });

  it('AZ-04 lives no longer than the login', async () => {
    const stack = await startStack({ LOGIN_TTL_SECONDS: '60' });
    const cookie = loginCookieOf(await stack.visitor().get('/discord/login'));
    const lifetimeMs = Date.parse(/expires=([^;]+)/i.exec(cookie)?.[1] ?? '') - Date.now();
    expect(lifetimeMs).toBeGreaterThan(50_000);
    expect(lifetimeMs).toBeLessThanOrEqual(61_000);
  });

  it('AZ-04 leaves the session alone, and no login makes one', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn(people.owner.id);
    const session = browser.cookies.get('guildhall');
    for (const path of ['/discord/login', '/discord/login?next=/discord/account'])
      await browser.get(path);
    expect(browser.cookies.get('guildhall')).toBe(session);
    expect(await stack.whoIs(browser)).toMatchObject({ id: people.owner.id });

    const nobody = stack.visitor();
    await nobody.get('/discord/login');
    expect([...nobody.cookies.keys()]).toEqual(['guildhall-login']);
    expect(await stack.isAnonymous(nobody)).toBe(true);
    expect(rowsIn(stack.bff, 'sessions')).toBe(1);
  });

  it('AZ-10 lets two tabs end as two different people, the last one signed in', async () => {
    const stack = await startStack();
    const browser = stack.visitor();
    const first = await stack.callbackOf(browser, people.owner.id, '/discord/login?next=/account');
    const second = await stack.callbackOf(
      browser,
      people.member.id,
      '/discord/login?next=/privacy',
    );
    expect((await browser.get(second)).location).toBe(`${stack.bff.url}/privacy`);
    expect((await browser.get(first)).location).toBe(`${stack.bff.url}/account`);
    expect(await stack.whoIs(browser)).toMatchObject({ id: people.owner.id });
    expect(rowsIn(stack.bff, 'sessions')).toBe(1);
  });

  it('AZ-10 lets the tabs of one browser finish at the same moment, as one person each', async () => {
    const stack = await startStack();
    const browser = stack.visitor();
    const urls: string[] = [];
    for (const person of [people.owner, people.member, people.newcomer])
      urls.push(await stack.callbackOf(browser, person.id));
    const tabs = urls.map(() => browser.copy());
    const answers = await Promise.all(tabs.map((tab, index) => tab.get(urls[index] ?? '')));
    for (const { location } of answers) expect(location).toBe(`${stack.bff.url}/discord/guilds`);
    const signedIn = await Promise.all(tabs.map((tab) => stack.whoIs(tab)));
    expect(signedIn.map((person) => person?.id)).toEqual(
      [people.owner, people.member, people.newcomer].map(({ id }) => id),
    );
  });
});

describe('starting a login', () => {
  it.each(['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'])(
    'AZ-13 is for GET only: %s starts none',
    async (method) => {
      const stack = await startStack();
      for (const path of ['/discord/login', '/discord/login/', '/Discord/Login']) {
        const answer = await stack.visitor().send(method, path);
        expect([405, 501]).toContain(answer.status);
        expect(answer.headers['set-cookie']).toBeUndefined();
        expect(answer.headers).not.toHaveProperty('location');
      }
      expect(rowsIn(stack.bff, 'logins')).toBe(0);
    },
  );

  it.each([
    '/discord/login/',
    '/Discord/Login',
    '/discord//login',
    '//discord/login',
    '/discord/login%2f',
    '/discord/%6cogin',
    '/discord/./login',
    '/discord/login;x',
  ])('AZ-14 at %s is the same thing, or is not there', async (path) => {
    const stack = await startStack();
    const answer = await stack.visitor().get(`${path}?redirect_uri=https://evil.test&scope=bot`);
    if (answer.status !== 302) return expect(answer.headers['set-cookie']).toBeUndefined();
    const { searchParams } = new URL(answer.location);
    expect(searchParams.getAll('scope')).toEqual(['identify guilds']);
    expect(searchParams.get('redirect_uri')).toBe(`${stack.bff.url}/discord/callback`);
    expect(searchParams.get('code_challenge_method')).toBe('S256');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['referrer-policy']).toBe('no-referrer');
  });
});
