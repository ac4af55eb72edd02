import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startBff } from '../../harness/bff.ts';
import { passTime } from '../../harness/clock.ts';
import { databaseOf } from '../../harness/database.ts';
import { directoryForTest } from '../../harness/directory-for-test.ts';
import { people } from '../../harness/discord.ts';
import { type EventListener, listen } from '../../harness/event-listener.ts';
import { hangUp } from '../../harness/raw-request.ts';
import { type Stack, startStack } from '../../harness/stack.ts';
import { Visitor } from '../../harness/visitor.ts';

const cookiesOf = (visitor: Visitor): string =>
  [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');

/** The stream as a page of this visitor's opens it. */
async function listenAs(visitor: Visitor, headers: Record<string, string> = {}) {
  return await listen(visitor.base, {
    cookie: cookiesOf(visitor),
    'sec-fetch-site': 'same-origin',
    ...headers,
  });
}

async function toldEnd(listener: EventListener): Promise<void> {
  await vi.waitFor(() => expect(listener.sessionEvents()).toEqual([{ ended: true }]), {
    timeout: 5_000,
  });
}

/** Lets the time between two signs of life pass. */
async function passHeartbeat(): Promise<void> {
  await vi.advanceTimersByTimeAsync(15_000);
  await sleep(50);
}

function useFakeIntervals(): void {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
}

describe('the end of a session is told to its own pages', () => {
  const ways: [string, (stack: Stack, visitor: Visitor) => Promise<unknown>][] = [
    ['by a sign-out in another tab', (_stack, visitor) => visitor.api('/api/logout', 'POST')],
    [
      'by a sign-out everywhere, at another browser',
      async (stack) => (await stack.signedIn()).api('/api/logout-everywhere', 'POST'),
    ],
    [
      'singly, at another browser',
      async (stack) => {
        const other = await stack.signedIn();
        const { sessions } = (await other.api('/api/sessions')).data<{
          sessions: { id: string; current: boolean }[];
        }>();
        const id = sessions.find(({ current }) => !current)?.id;
        expect((await other.api(`/api/sessions/${id}`, 'DELETE')).status).toBe(204);
      },
    ],
    [
      'by somebody else who signs in at this browser',
      (stack, visitor) => stack.signIn(visitor, people.owner.id),
    ],
  ];
  it.each(ways)('B2 at once when it was ended here, %s', async (_way, end) => {
    const stack = await startStack();
    const visitor = await stack.signedIn();
    const bystander = await listenAs(await stack.signedIn(people.moderator.id));
    const stranger = await listen(stack.bff.url);
    const tabs = [await listenAs(visitor), await listenAs(visitor)];
    await end(stack, visitor.copy());
    for (const tab of tabs) {
      await toldEnd(tab);
      expect(tab.isOpen()).toBe(true);
      expect(tab.text()).not.toMatch(/[\w-]{43}/);
    }
    expect(bystander.sessionEvents()).toEqual([]);
    expect(stranger.sessionEvents()).toEqual([]);
  });

  it('B2 with the next sign of life when another process ended it', async () => {
    const directory = directoryForTest();
    const stack = await startStack({ SESSION_SECRET: 's'.repeat(40) }, { directory });
    const visitor = await stack.signedIn();
    useFakeIntervals();
    const beside = await startBff(
      { ...stack.discord.environment, SESSION_SECRET: 's'.repeat(40) },
      { directory },
    );
    onTestFinished(() => beside.close());
    const there = new Visitor(beside.url);
    for (const [name, value] of visitor.cookies) there.cookies.set(name, value);
    const tab = await listenAs(there);
    await passHeartbeat();
    expect(tab.sessionEvents()).toEqual([]);
    expect((await visitor.api('/api/logout', 'POST')).status).toBe(204);
    await passHeartbeat();
    await toldEnd(tab);
  });

  it('B2 with the next sign of life when it has run out', async () => {
    useFakeIntervals();
    const stack = await startStack({ SESSION_IDLE_SECONDS: '3600' });
    const tab = await listenAs(await stack.signedIn());
    passTime({ seconds: 3_500 });
    await passHeartbeat();
    expect(tab.sessionEvents()).toEqual([]);
    passTime({ seconds: 200 });
    await passHeartbeat();
    await toldEnd(tab);
  });

  it.each([
    [
      'ended before',
      async (stack: Stack) => {
        const visitor = await stack.signedIn();
        const copy = visitor.copy();
        await visitor.api('/api/logout', 'POST');
        return copy;
      },
    ],
    [
      'never was',
      async (stack: Stack) => {
        const visitor = stack.visitor();
        visitor.cookies.set('guildhall', 'A'.repeat(43));
        return visitor;
      },
    ],
    [
      'is no id at all',
      async (stack: Stack) => {
        const visitor = stack.visitor();
        visitor.cookies.set('guildhall', 'x');
        return visitor;
      },
    ],
  ])('B2 at the start when it %s', async (_what, visit) => {
    const stack = await startStack();
    const tab = await listenAs(await visit(stack));
    await toldEnd(tab);
    expect(tab.counts()).toHaveLength(1);
    expect(tab.headers['set-cookie']).toBeUndefined();
  });
});

describe('a stream that carries a session', () => {
  it.each([
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ 'sec-fetch-site': 'none' }],
    [{ 'sec-fetch-site': '', origin: 'https://evil.test' }],
    [{ 'sec-fetch-site': '', origin: 'null' }],
  ])('B2 is opened by our own pages only, not with %o', async (headers) => {
    const stack = await startStack();
    const visitor = await stack.signedIn();
    const tab = await listenAs(visitor, headers);
    expect(tab.status).toBe(403);
    await vi.waitFor(() => expect(tab.text()).toContain('cross_site'));
    // Without a session there is nothing of a person's in it.
    const { cookie: _cookie, ...others } = { cookie: '', ...headers };
    expect((await listen(stack.bff.url, others)).status).toBe(200);
  });

  it('B2 is opened by a browser that sends no Fetch Metadata, and by a program', async () => {
    const stack = await startStack();
    const visitor = await stack.signedIn();
    const cookie = cookiesOf(visitor);
    const tabs = [
      await listen(stack.bff.url, { cookie, origin: stack.bff.url }),
      await listen(stack.bff.url, { cookie }),
    ];
    expect(tabs.map(({ status }) => status)).toEqual([200, 200]);
    await visitor.api('/api/logout', 'POST');
    for (const tab of tabs) await toldEnd(tab);
  });

  it('SE-13 gives the count when the cookie comes twice, and tells of no end it does not know', async () => {
    const stack = await startStack();
    const visitor = await stack.signedIn();
    const tab = await listenAs(visitor, {
      cookie: `guildhall=${'A'.repeat(43)}; ${cookiesOf(visitor)}`,
    });
    await vi.waitFor(() => expect(tab.counts()).toHaveLength(1));
    expect(tab.sessionEvents()).toEqual([]);
  });

  it('B2 gives the count when storage is lost, before and after it began', async () => {
    useFakeIntervals();
    const stack = await startStack();
    const visitor = await stack.signedIn();
    const before = await listenAs(visitor);
    databaseOf(stack.bff).exec('drop table sessions');
    const after = await listenAs(visitor);
    await passHeartbeat();
    for (const tab of [before, after]) {
      expect(tab.counts()).toHaveLength(1);
      expect(tab.text()).toMatch(/^: /m);
      expect(tab.sessionEvents()).toEqual([]);
      expect(tab.isOpen()).toBe(true);
    }
  });

  it('EV-06 gives back the place of somebody who hung up while the session was looked up', async () => {
    const stack = await startStack({}, { limits: { streams: { perNetwork: 1, inAll: 1 } } });
    const visitor = await stack.signedIn();
    // Its next use is written down, for which another program's lock is waited for.
    passTime({ seconds: 120 });
    const other = databaseOf(stack.bff);
    other.exec('begin immediate');
    await hangUp(
      stack.bff.url,
      `GET /api/events HTTP/1.1\r\nhost: x\r\ncookie: ${cookiesOf(visitor)}\r\n\r\n`,
      200,
    );
    other.exec('rollback');
    await sleep(300);
    expect((await listen(stack.bff.url)).status).toBe(200);
  });
});

describe('a session whose last use cannot be written down', () => {
  it('A16 is read all the same', async () => {
    const stack = await startStack();
    const visitor = await stack.signedIn();
    databaseOf(stack.bff).exec(
      `create trigger full before update on sessions begin select raise(abort, 'database or disk is full'); end`,
    );
    passTime({ seconds: 120 });
    for (const path of ['/api/session', '/api/guilds', '/api/sessions'])
      expect((await visitor.api(path)).status, path).toBe(200);
    expect(await stack.whoIs(visitor)).toMatchObject({ id: people.member.id });
    expect(stack.bff.log.join('')).toContain('"event":"session_not_touched"');
  });
});
