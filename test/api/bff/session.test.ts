import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { passTime } from '../../harness/clock.ts';
import { databaseOf, rowsIn } from '../../harness/database.ts';
import { discordPaths, people } from '../../harness/discord.ts';
import { type Stack, startStack } from '../../harness/stack.ts';
import type { Answer, Visitor } from '../../harness/visitor.ts';

type Sessions = { sessions: { id: string; current: boolean; browser: string | null }[] };

const cookieHeader = (visitor: Visitor): string =>
  [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');

const setCookies = (answer: Answer): string[] => (answer.headers['set-cookie'] ?? []) as string[];

/** A visitor who holds nothing but the session cookie of another, or what is made of it. */
function holding(stack: Stack, value: string): Visitor {
  const visitor = stack.visitor();
  visitor.cookies.set('guildhall', value);
  return visitor;
}

async function sessionsOf(visitor: Visitor): Promise<Sessions['sessions']> {
  return (await visitor.api('/api/sessions')).data<Sessions>().sessions;
}

describe('the session cookie', () => {
  it('SE-01 is opaque, HttpOnly, Lax, for the whole host and for no other', async () => {
    const stack = await startStack();
    const cookies = setCookies(await stack.signIn(stack.visitor()));
    for (const name of ['guildhall']) {
      const cookie = cookies.find((each) => each.startsWith(`${name}=`)) ?? '';
      expect(cookie).toMatch(
        new RegExp(`^${name}=[\\w-]{43}; path=/; expires=[^;]+; samesite=lax; httponly$`, 'i'),
      );
      const days =
        (Date.parse(/expires=([^;]+)/i.exec(cookie)?.[1] ?? '') - Date.now()) / 86_400_000;
      expect(days).toBeGreaterThan(29.9);
      expect(days).toBeLessThanOrEqual(30.01);
    }
  });

  it('SE-01 has the __Host- prefix and is Secure when PUBLIC_URL is https, whatever a proxy says', async () => {
    const stack = await startStack({ PUBLIC_URL: 'https://guildhall.test' });
    for (const proxy of ['', 'http', 'https,http', 'javascript']) {
      const headers = { 'x-forwarded-proto': proxy, 'x-forwarded-host': 'evil.test' };
      const browser = stack.visitor();
      const started = await browser.send('GET', '/discord/login', headers);
      const back = new URL(await stack.discord.consent(started.location));
      expect(back.origin).toBe('https://guildhall.test');
      const answer = await browser.send('GET', back.pathname + back.search, headers);
      expect(answer.headers.location).toBe('https://guildhall.test/discord/guilds');
      expect(setCookies(answer).length).toBeGreaterThanOrEqual(2);
      for (const cookie of setCookies(answer))
        expect(cookie).toMatch(
          /^__Host-guildhall(?:-login)?=[\w-]*; path=\/; expires=[^;]+; samesite=lax; secure; httponly$/i,
        );
      expect(await stack.whoIs(browser)).toMatchObject({ id: people.member.id });

      // The name without the prefix, which any host beside ours could set, opens nothing.
      const tossed = stack.visitor();
      tossed.cookies.set('guildhall', browser.cookies.get('__Host-guildhall') ?? '');
      expect(await stack.isAnonymous(tossed)).toBe(true);
    }
  });

  it('SE-02 holds no token and nothing of the person, however it is read', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn();
    await browser.get('/discord/login');
    expect(browser.cookies.size).toBe(2);
    for (const value of browser.cookies.values()) {
      expect(value.length).toBeLessThan(100);
      for (const read of [
        value,
        decodeURIComponent(value),
        Buffer.from(value, 'base64').toString('latin1'),
        Buffer.from(value, 'hex').toString('latin1'),
      ])
        for (const secret of [people.member.id, 'sam.carter', 'Sam Carter', '@example.com', '"}'])
          expect(read).not.toContain(secret);
    }
  });

  it('SE-15 is not set for visitors who are nobody, and nothing is stored for them', async () => {
    const stack = await startStack();
    for (const path of ['/api/session', '/api/guilds', '/api/sessions', '/api/guild-count', '/']) {
      const answer = await stack.visitor().api(path);
      expect(answer.headers['set-cookie'], path).toBeUndefined();
    }
    expect(await stack.whoIs(stack.visitor())).toBeNull();
    expect(rowsIn(stack.bff, 'sessions')).toBe(0);
  });

  it('SE-05 SE-15 is worth nothing when it is invented, whatever it is', async () => {
    const stack = await startStack();
    const real = await stack.signedIn();
    const id = real.cookies.get('guildhall') ?? '';
    const garbage = [
      '',
      id.slice(0, -1),
      `${id}A`,
      `${id}%00`,
      `${id}=`,
      `"${id}"`,
      id.toLowerCase(),
      id.toUpperCase(),
      'A'.repeat(43),
      'a'.repeat(4_000),
      'null',
      '[object Object]',
      '__proto__',
      'constructor',
      "' or 1=1 --",
      '../../etc/passwd',
      Buffer.from('{"user_id":"1","_expire":9999999999999}').toString('base64'),
      '%',
      '%ff%fe',
      '"',
      '=;=',
    ];
    for (const value of garbage) {
      const visitor = holding(stack, value);
      const when = JSON.stringify(value.slice(0, 50));
      const answer = await visitor.api('/api/session');
      expect(answer.status, when).toBe(200);
      expect(answer.data(), when).toEqual({ user: null });
      expect(answer.headers['set-cookie'], when).toBeUndefined();
      expect((await visitor.api('/api/guilds')).status, when).toBe(401);
    }
    expect(rowsIn(stack.bff, 'sessions')).toBe(1);
    expect(await stack.whoIs(real)).not.toBeNull();
  });

  it.each([
    ['of two people', (first: string, second: string) => `${first}; ${second}`],
    ['that say the same', (first: string) => `${first}; ${first}`],
    ['of which one is empty', (first: string) => `guildhall=; ${first}`],
    ['among others', (first: string, second: string) => `a=b;${first} ;c=d; ${second}; e`],
  ])(
    'SE-15 is refused where it is read when there are two %s, and pages, count and login go on',
    async (_, header) => {
      const stack = await startStack();
      const [first, second] = [await stack.signedIn(), await stack.signedIn(people.owner.id)];
      const cookie = header(cookieHeader(first), cookieHeader(second));
      const visitor = stack.visitor();
      for (const [method, path] of [
        ['GET', '/api/session'],
        ['GET', '/api/guilds'],
        ['POST', '/api/logout'],
        ['POST', '/api/logout-everywhere'],
      ] as const) {
        const answer = await visitor.api(path, method, { cookie });
        expect(answer.status, path).toBe(400);
        expect(answer.errorCode(), path).toBe('doubled_cookie');
        expect(answer.headers['set-cookie'], path).toBeUndefined();
      }
      for (const path of ['/', '/discord/dashboard', '/api/guild-count'])
        expect((await visitor.get(path, { cookie })).status, path).not.toBe(400);
      const started = await visitor.get('/discord/login', { cookie });
      expect(started.status).toBe(302);
      const login = `guildhall-login=${visitor.cookies.get('guildhall-login')}`;
      const finished = await visitor.get(await stack.discord.consent(started.location), {
        cookie: `${cookie}; ${login}`,
      });
      expect(finished.location).toBe(`${stack.bff.url}/discord/guilds`);
      expect(await stack.whoIs(visitor)).toMatchObject({ id: people.member.id });
      expect(await stack.whoIs(first)).not.toBeNull();
      expect(await stack.whoIs(second)).not.toBeNull();
    },
  );

  it('SE-12 is looked for nowhere but in the Cookie header', async () => {
    const stack = await startStack();
    const real = await stack.signedIn();
    const id = real.cookies.get('guildhall') ?? '';
    const asked: [string, Record<string, string>][] = [
      [`/api/guilds?guildhall=${id}`, {}],
      [`/api/guilds?sid=${id}&session=${id}&session_id=${id}&access_token=${id}`, {}],
      [`/api/guilds;guildhall=${id}`, {}],
      [`/api/guilds/${id}`, {}],
      ['/api/guilds', { authorization: `Bearer ${id}` }],
      ['/api/guilds', { authorization: `Session ${id}` }],
      ['/api/guilds', { authorization: `Basic ${Buffer.from(`${id}:`).toString('base64')}` }],
      ['/api/guilds', { 'x-session': id, 'x-session-id': id, guildhall: id }],
      ['/api/guilds', { cookie2: `guildhall=${id}` }],
      ['/api/guilds', { 'set-cookie': `guildhall=${id}` }],
      ['/api/guilds', { cookie: `xguildhall=${id}` }],
      ['/api/guilds', { cookie: `GUILDHALL=${id}` }],
      ['/api/guilds', { cookie: `__Host-guildhall=${id}` }],
    ];
    for (const [path, headers] of asked) {
      const answer = await stack.visitor().api(path, 'GET', headers);
      expect([401, 404], path + JSON.stringify(headers)).toContain(answer.status);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    const posted = await stack
      .visitor()
      .send('POST', '/api/logout', { 'x-csrf': '1' }, `guildhall=${id}`);
    expect(posted.status).toBe(204);
    expect(await stack.whoIs(real)).not.toBeNull();
  });

  it('SE-16 shows its owner only what the pages need, and no cache keeps it', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn(people.nameless.id);
    const answer = await browser.api('/api/session');
    expect(answer.data()).toEqual({
      user: {
        id: people.nameless.id,
        username: 'zoe.w',
        nickname: null,
        avatar_url: null,
        locale: 'fr',
      },
    });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers.etag).toBeUndefined();
    expect(answer.body).not.toMatch(/token|email|@/);
  });
});

describe('a new login', () => {
  it('SE-04 gets a new id each time, and the one before is dead', async () => {
    const stack = await startStack();
    const browser = stack.visitor();
    const ids = new Set<string>();
    const older: Visitor[] = [];
    for (let login = 0; login < 4; login += 1) {
      await stack.signIn(browser);
      ids.add(browser.cookies.get('guildhall') ?? '');
      for (const old of older) expect(await stack.isAnonymous(old)).toBe(true);
      older.push(browser.copy());
    }
    expect(ids.size).toBe(4);
    expect(rowsIn(stack.bff, 'sessions')).toBe(1);
    expect(rowsIn(stack.bff, 'grants')).toBe(1);
  });

  it('SE-04 takes over no session that an attacker planted in the browser', async () => {
    const stack = await startStack();
    const attacker = await stack.signedIn(people.owner.id);
    const victim = attacker.copy();
    await stack.signIn(victim, people.member.id);
    expect(await stack.whoIs(victim)).toMatchObject({ id: people.member.id });
    expect(victim.cookies.get('guildhall')).not.toBe(attacker.cookies.get('guildhall'));
    expect(await stack.isAnonymous(attacker)).toBe(true);
  });

  it('SE-05 adopts no id that the browser brought along', async () => {
    const stack = await startStack();
    const stale = await stack.signedIn();
    const dead = stale.copy();
    await stale.api('/api/logout', 'POST');
    // The second was ours once.
    for (const id of ['A'.repeat(43), dead.cookies.get('guildhall') ?? '']) {
      const browser = holding(stack, id);
      await stack.signIn(browser);
      expect(browser.cookies.get('guildhall')).not.toBe(id);
      expect(await stack.isAnonymous(holding(stack, id))).toBe(true);
      expect(await stack.whoIs(browser)).not.toBeNull();
    }
  });

  it('SE-06 of another person leaves nothing of the first', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn(people.owner.id);
    const first = browser.copy();
    const before = (await browser.api('/api/guilds')).data<{ guilds: { id: string }[] }>();
    expect(before.guilds.length).toBeGreaterThan(0);
    await stack.signIn(browser, people.newcomer.id);
    expect(await stack.whoIs(browser)).toMatchObject({ id: people.newcomer.id });
    expect((await browser.api('/api/guilds')).data()).toMatchObject({ guilds: [] });
    expect(await sessionsOf(browser)).toHaveLength(1);
    expect(await stack.isAnonymous(first)).toBe(true);
    // It was the first person's last session, so Discord is told.
    await expect.poll(async () => (await stack.discord.asked(discordPaths.revoke)).length).toBe(1);
  });

  it('SE-06 of another person does not sign the first one out elsewhere', async () => {
    const stack = await startStack();
    const laptop = await stack.signedIn(people.owner.id);
    const shared = await stack.signedIn(people.owner.id);
    await stack.signIn(shared, people.newcomer.id);
    expect((await laptop.api('/api/guilds')).status).toBe(200);
    expect(await stack.discord.asked(discordPaths.revoke)).toHaveLength(0);
  });

  it('SE-06 does not wait for Discord to forget the person before', async () => {
    const stack = await startStack({ OUTBOUND_TIMEOUT_MS: '2500' });
    const browser = await stack.signedIn(people.owner.id);
    const url = await stack.callbackOf(browser, people.newcomer.id);
    await stack.discord.fault({ path: discordPaths.revoke, delay_ms: 60_000 });
    const startedAt = Date.now();
    expect((await browser.get(url)).location).toBe(`${stack.bff.url}/discord/guilds`);
    expect(Date.now() - startedAt).toBeLessThan(2_000);
    expect(await stack.whoIs(browser)).toMatchObject({ id: people.newcomer.id });
  });

  it('SE-18 that fails at Discord leaves nobody signed in, and the session before as it was', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn(people.owner.id);
    for (const path of [discordPaths.token, discordPaths.me]) {
      await stack.discord.fault({ path, status: 500, times: 1 });
      const answer = await stack.signIn(browser, people.member.id);
      expect(answer.location).toContain('error=discord_unavailable');
      expect(await stack.whoIs(browser)).toMatchObject({ id: people.owner.id });
    }
    expect(rowsIn(stack.bff, 'sessions')).toBe(1);
  });
});

describe('the end of a session', () => {
  it('SE-07 is the end of its cookie everywhere', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn();
    const stolen = browser.copy();
    expect((await browser.api('/api/logout', 'POST')).status).toBe(204);
    for (const [method, path] of [
      ['GET', '/api/guilds'],
      ['GET', '/api/sessions'],
      ['DELETE', '/api/sessions/x'],
      ['POST', '/api/logout-everywhere'],
    ] as const)
      expect((await stolen.api(path, method)).errorCode(), path).toBe('not_signed_in');
    expect(await stack.whoIs(stolen)).toBeNull();
    expect(rowsIn(stack.bff, 'sessions') + rowsIn(stack.bff, 'grants')).toBe(0);
  });

  it('SE-10 comes when it was not used for long, and its row goes', async () => {
    const stack = await startStack({ SESSION_IDLE_SECONDS: '3600' });
    const used = await stack.signedIn();
    const idle = await stack.signedIn(people.owner.id);
    for (let turn = 0; turn < 3; turn += 1) {
      passTime({ seconds: 3_500 / 3 });
      expect(await stack.whoIs(used)).not.toBeNull();
    }
    passTime({ seconds: 200 });
    expect(rowsIn(stack.bff, 'sessions')).toBe(2);
    expect((await idle.api('/api/guilds')).errorCode()).toBe('not_signed_in');
    expect(await stack.isAnonymous(idle)).toBe(true);
    expect(await stack.whoIs(used)).not.toBeNull();
    expect(rowsIn(stack.bff, 'sessions')).toBe(1);
  });

  it('SE-10 comes after a day without use unless it is told otherwise', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn();
    passTime({ hours: 23.9 });
    expect(await stack.whoIs(browser)).not.toBeNull();
    passTime({ hours: 24.1 });
    expect(await stack.isAnonymous(browser)).toBe(true);
  });

  it('SE-10 comes at its greatest age, however much it is used, and its row goes', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn();
    // A browser would drop the cookie; whoever stole it does not.
    const cookies = new Map(browser.cookies);
    for (let day = 0; day < 33; day += 1) {
      passTime({ hours: 21.8 });
      expect(await stack.whoIs(browser)).not.toBeNull();
    }
    passTime({ hours: 1 });
    for (const [name, value] of cookies) browser.cookies.set(name, value);
    expect(await stack.isAnonymous(browser)).toBe(true);
    expect(rowsIn(stack.bff, 'sessions')).toBe(0);
  });

  it('SE-10 really comes, by the clock on the wall', async () => {
    const stack = await startStack({ SESSION_IDLE_SECONDS: '1' });
    const browser = await stack.signedIn();
    await sleep(1_100);
    expect(await stack.isAnonymous(browser)).toBe(true);
  });

  it('SE-11 is not undone by a request that was on its way', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn();
    const stolen = browser.copy();
    await stack.discord.fault({ path: discordPaths.guilds, delay_ms: 400, times: 1 });
    const late = browser.copy();
    const [slow, quick] = [late.api('/api/guilds'), late.api('/api/session')];
    await sleep(100);
    await browser.api('/api/logout', 'POST');
    // It may clear what is dead; it sets nothing.
    for (const cookie of [...setCookies(await slow), ...setCookies(await quick)])
      expect(cookie).toContain('expires=Thu, 01 Jan 1970');
    expect(await stack.isAnonymous(stolen)).toBe(true);
    expect(await stack.isAnonymous(late)).toBe(true);
    expect(rowsIn(stack.bff, 'sessions') + rowsIn(stack.bff, 'grants')).toBe(0);
  });

  it('SE-11 is not undone by a refresh that was on its way, and nobody keeps its tokens', async () => {
    const stack = await startStack();
    await stack.discord.settings({ access_token_ttl_seconds: 1 });
    const browser = await stack.signedIn();
    const stolen = browser.copy();
    await stack.discord.fault({ path: discordPaths.token, delay_ms: 400, times: 1 });
    const slow = browser.copy().api('/api/guilds');
    await sleep(100);
    await browser.api('/api/logout', 'POST');
    expect((await slow).errorCode()).toBe('not_signed_in');
    expect(await stack.isAnonymous(stolen)).toBe(true);
    expect(rowsIn(stack.bff, 'sessions') + rowsIn(stack.bff, 'grants')).toBe(0);
    const { grant_count: grants } = await stack.discord.control<{ grant_count: number }>(
      'GET',
      '/world',
    );
    expect(grants).toBe(0);
  });

  it('SE-11 does not wait for, nor is undone by, twenty requests at the same moment', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn();
    const copies = Array.from({ length: 20 }, () => browser.copy());
    passTime({ hours: 1 }); // so that each request would note that the session was used
    const all = copies.map((copy) => copy.api('/api/session'));
    const out = browser.api('/api/logout', 'POST');
    for (const answer of await Promise.all(all))
      expect(answer.headers['set-cookie']).toBeUndefined();
    expect((await out).status).toBe(204);
    expect(rowsIn(stack.bff, 'sessions')).toBe(0);
  });
});

describe("a person's sessions", () => {
  it('SE-13 are listed to them alone, with no id that opens anything', async () => {
    const stack = await startStack();
    const [laptop, phone] = [await stack.signedIn(), await stack.signedIn()];
    const other = await stack.signedIn(people.owner.id);
    const listed = await sessionsOf(laptop);
    expect(listed).toHaveLength(2);
    expect(listed.filter(({ current }) => current)).toHaveLength(1);
    expect(await sessionsOf(other)).toHaveLength(1);
    const body = (await laptop.api('/api/sessions')).body;
    for (const visitor of [laptop, phone, other])
      for (const value of visitor.cookies.values()) expect(body).not.toContain(value);
    for (const { id } of listed) {
      const hash = databaseOf(stack.bff)
        .prepare('select id_hash from sessions where public_id = ?')
        .get(id)?.id_hash as string;
      expect(body).not.toContain(hash);
      for (const wrong of [id, hash])
        expect(await stack.isAnonymous(holding(stack, wrong))).toBe(true);
    }
  });

  it('SE-13 can be ended one by one, the others staying', async () => {
    const stack = await startStack();
    const [laptop, phone] = [await stack.signedIn(), await stack.signedIn()];
    const phoneId = (await sessionsOf(laptop)).find(({ current }) => !current)?.id;
    const answer = await laptop.api(`/api/sessions/${phoneId}`, 'DELETE');
    expect(answer.status).toBe(204);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(await stack.isAnonymous(phone)).toBe(true);
    expect((await laptop.api('/api/guilds')).status).toBe(200);
    expect((await laptop.api(`/api/sessions/${phoneId}`, 'DELETE')).status).toBe(404);
    expect(await stack.discord.asked(discordPaths.revoke)).toHaveLength(0);

    const ownId = (await sessionsOf(laptop))[0]?.id;
    const stolen = laptop.copy();
    expect((await laptop.api(`/api/sessions/${ownId}`, 'DELETE')).status).toBe(204);
    expect(laptop.cookies.size).toBe(0);
    expect(await stack.isAnonymous(stolen)).toBe(true);
    expect(await stack.discord.asked(discordPaths.revoke)).toHaveLength(1);
  });

  it('SE-13 of another person do not exist to them', async () => {
    const stack = await startStack();
    const [victim, attacker] = [await stack.signedIn(people.owner.id), await stack.signedIn()];
    const victims = (await sessionsOf(victim))[0]?.id ?? '';
    const hash = databaseOf(stack.bff)
      .prepare('select id_hash from sessions where public_id = ?')
      .get(victims)?.id_hash as string;
    for (const id of [
      victims,
      hash,
      victim.cookies.get('guildhall') ?? '',
      'x',
      '__proto__',
      '%00',
      '%ff',
      '%E0%A4%A',
      '%2e%2e',
      `${victims}%2f..`,
      "'%20or%20'1'='1",
      '%25',
      'a'.repeat(4_000),
      '1',
      '*',
    ]) {
      const answer = await attacker.api(`/api/sessions/${id}`, 'DELETE');
      expect([400, 404], id).toContain(answer.status);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    expect(await stack.whoIs(victim)).not.toBeNull();
    expect(await stack.whoIs(attacker)).not.toBeNull();
    expect((await stack.visitor().api(`/api/sessions/${victims}`, 'DELETE')).status).toBe(401);
    expect(await stack.whoIs(victim)).not.toBeNull();
  });

  it('SE-13 end all at once with a sign-out everywhere, and nobody else is signed out', async () => {
    const stack = await startStack();
    const mine = [await stack.signedIn(), await stack.signedIn(), await stack.signedIn()];
    const other = await stack.signedIn(people.owner.id);
    const answer = await mine[0]?.api('/api/logout-everywhere', 'POST');
    expect(answer?.status).toBe(204);
    for (const browser of mine) expect(await stack.isAnonymous(browser)).toBe(true);
    expect((await other.api('/api/guilds')).status).toBe(200);
    expect(rowsIn(stack.bff, 'grants')).toBe(1);
    expect(await stack.discord.asked(discordPaths.revoke)).toHaveLength(1);
  });

  it('SE-13 describe their browser in a few words, whatever it says of itself', async () => {
    const stack = await startStack();
    for (const userAgent of [
      'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      '<script>alert(1)</script>',
      'x'.repeat(8_000),
      '/',
      '()',
      '%s%s%n',
      '__proto__/1.0',
      '"\\u0000',
      '(((((((((((((((((((((((((((((((((((((((((((((',
    ]) {
      const browser = stack.visitor();
      const url = await stack.callbackOf(browser);
      const answer = await browser.get(url, { 'user-agent': userAgent });
      expect(answer.location, userAgent).toBe(`${stack.bff.url}/discord/guilds`);
      const listed = (await sessionsOf(browser)).find(({ current }) => current);
      expect((listed?.browser ?? '').length, userAgent).toBeLessThan(600);
    }
  });
});
