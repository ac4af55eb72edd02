import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { passTime } from '../../harness/clock.ts';
import { rowsIn } from '../../harness/database.ts';
import { discordPaths, type Fault, people } from '../../harness/discord.ts';
import { type Stack, startStack } from '../../harness/stack.ts';
import type { Answer, Visitor } from '../../harness/visitor.ts';

async function revocations(stack: Stack): Promise<number> {
  return (await stack.discord.asked(discordPaths.revoke)).length;
}

/** Name and attributes of each cookie an answer sets, without its value and date. */
function attributesOf(answer: Answer): string[] {
  return ((answer.headers['set-cookie'] ?? []) as string[])
    .filter((cookie) => !/-login(?:\.sig)?=/.test(cookie))
    .map((cookie) => cookie.replace(/=[\w-]*;/, '=;').replace(/expires=[^;]+/, 'expires'))
    .toSorted();
}

async function signOut(visitor: Visitor): Promise<{ answer: Answer; ms: number }> {
  const startedAt = performance.now();
  const answer = await visitor.api('/api/logout', 'POST');
  return { answer, ms: performance.now() - startedAt };
}

describe('signing out', () => {
  it('LO-01 ends the session here and at Discord, and clears the cookie as it was set', async () => {
    const stack = await startStack();
    const browser = stack.visitor();
    const set = await stack.signIn(browser);
    const { answer } = await signOut(browser);
    expect(answer.status).toBe(204);
    expect(answer.body).toBe('');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(attributesOf(answer)).toEqual(attributesOf(set));
    for (const cookie of answer.headers['set-cookie'] as string[])
      expect(Date.parse(/expires=([^;]+)/i.exec(cookie)?.[1] ?? '')).toBe(0);
    expect(browser.cookies.size).toBe(0);
    expect(await revocations(stack)).toBe(1);
    const [revocation] = await stack.discord.asked(discordPaths.revoke);
    expect(revocation).toMatchObject({ method: 'POST', status: 200 });
    expect(revocation?.body).toMatchObject({ client_secret: '[redacted]', token: '[redacted]' });
    expect(rowsIn(stack.bff, 'sessions') + rowsIn(stack.bff, 'grants')).toBe(0);
  });

  it('LO-01 clears the __Host- cookie with Secure, or the browser would keep it', async () => {
    const stack = await startStack({ PUBLIC_URL: 'https://guildhall.test' });
    const browser = stack.visitor();
    const back = new URL(await stack.callbackOf(browser));
    const set = await browser.get(back.pathname + back.search);
    const { answer } = await signOut(browser);
    expect(attributesOf(answer)).toEqual(attributesOf(set));
    expect(attributesOf(answer)[0]).toMatch(/^__Host-guildhall(?:\.sig)?=; path=\/; .*secure/);
  });

  it('LO-03 may be done twice, and by nobody', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn();
    const copy = browser.copy();
    for (const visitor of [browser, browser, copy, copy, stack.visitor()])
      expect((await signOut(visitor)).answer.status).toBe(204);
    expect(await revocations(stack)).toBe(1);
  });

  it('LO-03 may be done by twenty tabs at the same moment', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn();
    const tabs = Array.from({ length: 20 }, () => browser.copy());
    const answers = await Promise.all(tabs.map(signOut));
    for (const { answer } of answers) expect(answer.status).toBe(204);
    expect(await revocations(stack)).toBe(1);
  });

  it('LO-03 with a cookie that is worth nothing clears it', async () => {
    const stack = await startStack();
    const visitor = stack.visitor();
    visitor.cookies.set('guildhall', 'garbage');
    expect((await signOut(visitor)).answer.status).toBe(204);
    expect(visitor.cookies.size).toBe(0);
  });

  it('LO-04 tells Discord only with the last of a person’s sessions, for that would end the others', async () => {
    const stack = await startStack();
    const [laptop, phone] = [await stack.signedIn(), await stack.signedIn()];
    const other = await stack.signedIn(people.owner.id);
    await signOut(laptop);
    expect(await revocations(stack)).toBe(0);
    expect((await phone.api('/api/guilds')).status).toBe(200);
    await signOut(phone);
    expect(await revocations(stack)).toBe(1);
    expect((await other.api('/api/guilds')).status).toBe(200);
  });

  it('LO-04 counts no session that has run out as another one', async () => {
    const stack = await startStack();
    await stack.signedIn();
    passTime({ hours: 25 });
    const browser = await stack.signedIn();
    expect(rowsIn(stack.bff, 'sessions')).toBe(2);
    await signOut(browser);
    expect(await revocations(stack)).toBe(1);
  });

  const failures: [string, Omit<Fault, 'path'>][] = [
    ['answers 500', { status: 500 }],
    ['answers 503 with a page', { status: 503, body: '<html>' }],
    ['answers 401', { status: 401, body: { error: 'invalid_client' } }],
    ['sends us elsewhere', { status: 302, headers: { location: 'https://evil.test/' } }],
    ['cuts the connection', { reset: true }],
    ['hangs', { delay_ms: 60_000 }],
  ];
  it.each(failures)(
    'LO-02 is complete, soon, and logged when Discord’s revocation %s',
    async (_, fault) => {
      const stack = await startStack({ OUTBOUND_TIMEOUT_MS: '3200' });
      for (const path of ['/api/logout', '/api/logout-everywhere', 'own']) {
        const browser = await stack.signedIn();
        const stolen = browser.copy();
        await stack.discord.fault({ ...fault, path: discordPaths.revoke });
        const [own] = (await browser.api('/api/sessions')).data<{ sessions: { id: string }[] }>()
          .sessions;
        const startedAt = performance.now();
        const answer =
          path === 'own'
            ? await browser.api(`/api/sessions/${own?.id}`, 'DELETE')
            : await browser.api(path, 'POST');
        expect(performance.now() - startedAt).toBeLessThan(2_900);
        expect(answer.status).toBe(204);
        expect(browser.cookies.size).toBe(0);
        expect(await stack.isAnonymous(stolen)).toBe(true);
        expect(rowsIn(stack.bff, 'sessions') + rowsIn(stack.bff, 'grants')).toBe(0);
        await stack.discord.clearFaults();
        if (fault.delay_ms !== undefined) break; // once is long enough
      }
      await expect
        .poll(() => stack.bff.log.join(''), { timeout: 3_000 })
        .toContain('revocation_failed');
      expect(stack.bff.log.join('')).not.toMatch(/"level":[56]0|<html>|evil/);
    },
  );

  it('LO-02 is complete at once, before Discord has answered', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn();
    const stolen = browser.copy();
    await stack.discord.fault({ path: discordPaths.revoke, delay_ms: 500, times: 1 });
    const signingOut = signOut(browser);
    await sleep(150);
    expect(await stack.isAnonymous(stolen)).toBe(true);
    expect((await signingOut).answer.status).toBe(204);
  });

  it('LO-05 keeps nothing of the person for the next one in this browser', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn(people.owner.id);
    const first = (await browser.api('/api/guilds')).body;
    await signOut(browser);
    await stack.signIn(browser, people.member.id);
    const second = await browser.api('/api/guilds');
    expect(second.status).toBe(200);
    expect(second.body).not.toBe(first);
    expect((await browser.api('/api/sessions')).data()).toMatchObject({ sessions: [{}] });
  });

  it('LO-05 does not forget a login that another tab has begun', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn();
    const url = await stack.callbackOf(browser, people.owner.id);
    await signOut(browser);
    expect(await stack.isAnonymous(browser)).toBe(true);
    await browser.get(url);
    expect(await stack.whoIs(browser)).toMatchObject({ id: people.owner.id });
  });

  it('LO-06 has failed, and says so, as long as the session lives', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn();
    for (const answer of [
      await browser.send('POST', '/api/logout'),
      await browser.get('/discord/callback?error=access_denied'),
      await browser.get('/discord/login'),
      await browser.api('/api/nothing'),
    ]) {
      const set = ((answer.headers['set-cookie'] ?? []) as string[]).filter((cookie) =>
        /^guildhall(?:\.sig)?=/.test(cookie),
      );
      expect(set).toEqual([]);
      expect(answer.headers['clear-site-data']).toBeUndefined();
    }
    expect(await stack.whoIs(browser)).not.toBeNull();
  });

  it('LO-07 is logged with who and which session, by a name that opens nothing', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn();
    const cookies = [...browser.cookies.values()];
    await signOut(browser);
    const lines = stack.bff.log.map((line) => JSON.parse(line) as Record<string, unknown>);
    const [login, logout] = ['login_succeeded', 'logout'].map((event) =>
      lines.find((line) => line.event === event),
    );
    expect(logout).toMatchObject({ user_id: people.member.id, session: login?.session });
    expect(logout?.session).toMatch(/^[\w-]{12}$/);
    for (const value of cookies) expect(stack.bff.log.join('')).not.toContain(value);
  });
});
