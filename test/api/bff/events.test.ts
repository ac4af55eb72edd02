import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startBff } from '../../harness/bff.ts';
import { directoryForTest } from '../../harness/directory-for-test.ts';
import { listen } from '../../harness/event-listener.ts';
import { startFakeBot } from '../../harness/fake-bot.ts';
import { openConnection, rawRequest } from '../../harness/raw-request.ts';

async function startWithBot(options: Parameters<typeof startBff>[1] = {}, hops = '0') {
  const directory = directoryForTest();
  const bot = await startFakeBot(`${directory}/run/bot.sock`, ['1', '2', '3']);
  const bff = await startBff({ TRUSTED_PROXY_HOPS: hops }, { ...options, directory });
  onTestFinished(async () => {
    await bff.close();
    await bot.close();
  });
  await vi.waitFor(
    async () => expect((await fetch(`${bff.url}/api/guild-count`)).status).toBe(200),
    { timeout: 5_000 },
  );
  return { bff, bot, directory };
}

describe('live events', () => {
  it('EV-01 begin with the count as it is', async () => {
    const { bff } = await startWithBot();
    const listener = await listen(bff.url);
    expect(listener.status).toBe(200);
    expect(listener.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    expect(listener.headers['content-encoding']).toBeUndefined();
    await vi.waitFor(() => expect(listener.counts()).toHaveLength(1));
    expect(listener.text()).toMatch(/^retry: \d+\nevent: guild-count\ndata: /);
    const asked = (await (await fetch(`${bff.url}/api/guild-count`)).json()) as object;
    expect(listener.counts()[0]).toEqual(asked);
  });

  it('EV-01 begin with the failure while the bot has never been seen', async () => {
    const bff = await startBff();
    onTestFinished(() => bff.close());
    const listener = await listen(bff.url);
    await vi.waitFor(() => expect(listener.counts()).toHaveLength(1));
    expect(listener.counts()[0]?.error?.code).toBe('bot_unavailable');
  });

  it('EV-02 tell everybody of a change within a second', async () => {
    const { bff, bot } = await startWithBot();
    const listeners = await Promise.all(Array.from({ length: 5 }, () => listen(bff.url)));
    const startedAt = performance.now();
    bot.change(42);
    await vi.waitFor(() => {
      for (const listener of listeners)
        expect(listener.counts().at(-1)?.data).toMatchObject({ guild_count: 42, stale: false });
    });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it('EV-03 say that the figure is old when the bot goes, and new when it comes back', async () => {
    const { bff, bot, directory } = await startWithBot();
    const listener = await listen(bff.url);
    await bot.close();
    await vi.waitFor(() =>
      expect(listener.counts().at(-1)?.data).toMatchObject({ guild_count: 3, stale: true }),
    );
    const next = await startFakeBot(`${directory}/run/bot.sock`, ['1']);
    onTestFinished(() => next.close());
    await vi.waitFor(
      () => expect(listener.counts().at(-1)?.data).toMatchObject({ guild_count: 1, stale: false }),
      { timeout: 3_000 },
    );
  });

  it('EV-04 give a sign of life every fifteen seconds', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const bff = await startBff();
    onTestFinished(() => bff.close());
    const listener = await listen(bff.url);
    await vi.advanceTimersByTimeAsync(14_000);
    await sleep(50);
    expect(listener.text()).not.toMatch(/^:/m);
    await vi.advanceTimersByTimeAsync(17_000);
    await sleep(50);
    expect(listener.text().match(/^: .*\n\n/gm)).toHaveLength(2);
  });

  it('EV-05 do not gather for somebody who does not read', async () => {
    const { bff, bot } = await startWithBot();
    const slow = connect(Number(new URL(bff.url).port), '127.0.0.1');
    onTestFinished(() => void slow.destroy());
    const closed = new Promise<void>((resolve) => slow.once('close', resolve));
    slow.on('error', () => undefined);
    slow.pause();
    slow.write('GET /api/events HTTP/1.1\r\nhost: x\r\n\r\n');
    const quick = await listen(bff.url);
    const before = process.memoryUsage().rss;
    let count = 0;
    const until = performance.now() + 12_000;
    // The kernel keeps some megabytes; what it no longer takes must not stay in the process.
    while (performance.now() < until && count < 80_000) {
      for (let burst = 0; burst < 200; burst += 1) bot.change((count += 1));
      await sleep(1);
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
    await vi.waitFor(() => expect(quick.counts().at(-1)?.data?.guild_count).toBe(count), {
      timeout: 5_000,
    });
    slow.resume();
    await Promise.race([closed, sleep(2_000).then(() => Promise.reject(new Error('still open')))]);
  });

  it('EV-06 are for so many of one network and of all networks', async () => {
    const { bff } = await startWithBot({ limits: { streams: { perNetwork: 2, inAll: 3 } } }, '1');
    const at = (address: string) => listen(bff.url, { 'x-forwarded-for': address });
    const first = await at('203.0.113.1');
    await at('203.0.113.1');
    const third = await at('203.0.113.1');
    expect(third.status).toBe(429);
    expect(third.headers['retry-after']).toBe('60');
    await vi.waitFor(() => expect(third.text()).toContain('too_many_streams'));
    expect(third.headers.connection).toBe('close');
    expect((await at('203.0.113.2')).status).toBe(200);
    // All are taken: the network that has the most gives up its oldest for another one.
    expect((await at('203.0.113.3')).status).toBe(200);
    await first.ended;
    expect((await at('203.0.113.2')).status).toBe(429);
  });

  it('EV-06 are for so many of one IPv6 customer, however many links it has', async () => {
    const { bff } = await startWithBot({ limits: { streams: { perNetwork: 2, inAll: 100 } } }, '1');
    const statuses: (number | undefined)[] = [];
    for (let link = 0; link < 20; link += 1)
      statuses.push((await listen(bff.url, { 'x-forwarded-for': `2001:db8:1:${link}::1` })).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(8);
    expect((await listen(bff.url, { 'x-forwarded-for': '2001:db8:2::1' })).status).toBe(200);
  });

  it('EV-06 give back the places of those who hang up, however they do it', async () => {
    const { bff } = await startWithBot({
      limits: { streams: { perNetwork: 4, inAll: 4 } },
    });
    const port = Number(new URL(bff.url).port);
    const ask = 'GET /api/events HTTP/1.1\r\nhost: x\r\n\r\n';
    for (const [text, way] of [
      [ask, 'destroy'],
      [ask, 'reset'],
      // Asked one after the other on one connection: all but the first wait for their turn, which never comes.
      [ask.repeat(4), 'destroy'],
      [`GET /api/session HTTP/1.1\r\nhost: x\r\n\r\n${ask.repeat(3)}`, 'reset'],
      [`HEAD /api/events HTTP/1.1\r\nhost: x\r\n\r\n`.repeat(4), 'destroy'],
    ] as const) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(text);
      await new Promise((resolve) => socket.once('data', resolve));
      await sleep(50);
      if (way === 'reset') socket.resetAndDestroy();
      else socket.destroy();
    }
    await sleep(100);
    const listeners = await Promise.all(Array.from({ length: 4 }, () => listen(bff.url)));
    expect(listeners.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });

  it('EV-06 are not begun by HEAD, which keeps its connection and takes no place', async () => {
    const { bff } = await startWithBot({
      limits: { streams: { perNetwork: 1, inAll: 1 } },
    });
    const asked = await openConnection(bff.url);
    for (let time = 1; time <= 3; time += 1) {
      asked.socket.write('HEAD /api/events HTTP/1.1\r\nhost: x\r\n\r\n');
      await vi.waitFor(() =>
        expect(asked.received().match(/HTTP\/1\.1 200 [^]*?text\/event-stream/g)).toHaveLength(
          time,
        ),
      );
    }
    expect(asked.received()).not.toContain('event: ');
    expect((await listen(bff.url)).status).toBe(200);
    expect(asked.socket.destroyed).toBe(false);
  });

  it('EV-06 that are refused close their connection, or a browser would come back on it at once', async () => {
    const { bff } = await startWithBot({ limits: { streams: { perNetwork: 0, inAll: 0 } } });
    const refused = await rawRequest(bff.url, 'GET /api/events HTTP/1.1\r\nhost: x\r\n\r\n');
    expect(refused).toMatch(/^HTTP\/1\.1 429 /);
    expect(refused).toMatch(/^connection: close\r$/im);
  });

  it('EV-07 end when the server stops, at once', async () => {
    const directory = directoryForTest();
    const bff = await startBff({}, { directory });
    const listeners = await Promise.all(Array.from({ length: 10 }, () => listen(bff.url)));
    const startedAt = performance.now();
    await bff.close();
    await Promise.all(listeners.map(({ ended }) => ended));
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it('EV-08 need no session, and tell nothing of one', async () => {
    const { bff } = await startWithBot();
    const listener = await listen(bff.url, { cookie: 'guildhall=x' });
    expect(listener.status).toBe(200);
    expect(listener.headers['set-cookie']).toBeUndefined();
    expect(listener.headers['access-control-allow-origin']).toBeUndefined();
  });
});
