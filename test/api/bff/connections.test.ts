import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type ConnectionLimits, defaultConnectionLimits } from '../../../bff/http/connections.ts';
import { startBff } from '../../harness/bff.ts';
import { rowsIn } from '../../harness/database.ts';
import { listen } from '../../harness/event-listener.ts';
import { json, loginAt, providerPaths, startProvider } from '../../harness/provider.ts';
import { openConnection, type RawConnection } from '../../harness/raw-request.ts';

/** A BFF with some limits of its own on connections. */
async function startWith(limits: Partial<ConnectionLimits>, environment = {}) {
  const bff = await startBff(environment, {
    limits: {
      requestsPerMinute: 1_000_000,
      streams: { perNetwork: 1_000, inAll: 1_000 },
      connections: { ...defaultConnectionLimits, ...limits },
    },
  });
  onTestFinished(() => bff.close());
  return bff;
}

const ask = (target: string, headers = '') =>
  `GET ${target} HTTP/1.1\r\nhost: localhost\r\n${headers}\r\n`;

/** Opens a connection that asks this, and waits for the first bytes of the answer. */
async function openAsking(url: string, text: string, from?: string): Promise<RawConnection> {
  const connection = await openConnection(url, from);
  connection.socket.write(text);
  await Promise.race([
    new Promise((resolve) => connection.socket.once('data', resolve)),
    connection.closed,
  ]);
  return connection;
}

/** A person whose list of servers is 800 kB, which no buffer of the system takes many times. */
async function startWithLongAnswer(limits: Partial<ConnectionLimits>) {
  const features = Array.from({ length: 150 }, (_, index) => `A_FEATURE_OF_SERVERS_${index}`);
  const guilds = Array.from({ length: 200 }, (_, index) => ({
    id: String(300_000_000_000_000_000n + BigInt(index)),
    name: `Server ${index}`,
    icon: null,
    owner: false,
    permissions: '0',
    features,
    approximate_member_count: 1,
  }));
  const provider = await startProvider({ [providerPaths.guilds]: json(guilds) });
  const bff = await startWith(limits, provider.environment);
  const { visitor } = await loginAt(bff.url);
  const answer = await visitor.api('/api/guilds');
  expect(answer.body.length).toBeGreaterThan(700_000);
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  return {
    bff,
    askForMuch: ask('/api/guilds', `x-csrf: 1\r\ncookie: ${cookie}\r\n`),
    answerBytes: answer.body.length,
  };
}

/** Asks on an open connection, and gives the first words of the answer. */
const healthOf = async ({ socket }: RawConnection) => {
  const answered = new Promise<string>((resolve) =>
    socket.once('data', (chunk: Buffer) => resolve(chunk.toString().slice(0, 12))),
  );
  socket.write(ask('/healthz'));
  return await answered;
};

const openDescriptors = () => readdirSync('/proc/self/fd').length;

/** Opens connections that ask for much more than the system takes, and stop reading at the first bytes. */
async function openManyUnread(bffUrl: string, text: string, count: number) {
  return await Promise.all(
    Array.from({ length: count }, async () => {
      const connection = await openAsking(bffUrl, text);
      connection.socket.pause();
      return connection;
    }),
  );
}

describe('an answer that is not read', () => {
  it('D2 is given up in time, by each of many who ask for more and more', async () => {
    const { bff, askForMuch, answerBytes } = await startWithLongAnswer({
      answerMs: 2_000,
      idleMs: 2_000,
    });
    const before = { descriptors: openDescriptors(), rss: process.memoryUsage().rss };
    const connections = await openManyUnread(bff.url, askForMuch.repeat(60), 40);
    // Each end of a connection is a descriptor of this process: the BFF's are closed.
    await vi.waitFor(() => expect(openDescriptors()).toBeLessThan(before.descriptors + 50), {
      timeout: 15_000,
      interval: 100,
    });
    expect(process.memoryUsage().rss - before.rss).toBeLessThan(300 * 1024 * 1024);
    for (const { socket } of connections) socket.resume();
    await Promise.all(connections.map(({ closed }) => closed));
    for (const { received } of connections)
      expect(received().length).toBeLessThan(60 * answerBytes);
  });

  it('D2 is given up although somebody drips it away', async () => {
    const { bff, askForMuch } = await startWithLongAnswer({ answerMs: 2_000, idleMs: 2_000 });
    const before = openDescriptors();
    const connections = await openManyUnread(bff.url, askForMuch.repeat(60), 10);
    const drip = setInterval(() => {
      for (const { socket } of connections) {
        socket.resume();
        setImmediate(() => socket.pause());
      }
    }, 100);
    onTestFinished(() => clearInterval(drip));
    await vi.waitFor(() => expect(openDescriptors()).toBeLessThan(before + 14), {
      timeout: 10_000,
      interval: 100,
    });
  });

  it('D2 does not stand for one that is being made: who waits for Discord waits as long as Discord may', async () => {
    const provider = await startProvider();
    const bff = await startWith({ answerMs: 300, idleMs: 300 }, provider.environment);
    const { visitor } = await loginAt(bff.url);
    provider.answer(providerPaths.guilds, (...call) => {
      setTimeout(() => json([])(...call), 2_000);
    });
    expect((await visitor.api('/api/guilds')).status).toBe(200);
  });

  it('D2 does not stand for a stream, which lives on by its signs of life', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const bff = await startWith({ answerMs: 500, idleMs: 500 });
    const listener = await listen(bff.url);
    for (let time = 0; time < 12; time += 1) {
      await vi.advanceTimersByTimeAsync(15_000);
      await sleep(150);
    }
    expect(listener.isOpen()).toBe(true);
    expect(listener.text().match(/^: /gm)).toHaveLength(12);
  });
});

describe('requests one after the other on a connection, without waiting', () => {
  it('D2 are answered in order as long as they are few', async () => {
    const bff = await startWith({ pipelined: 8 });
    const { socket, received } = await openConnection(bff.url);
    for (let round = 1; round <= 3; round += 1) {
      socket.write(ask('/healthz').repeat(8));
      await vi.waitFor(() => expect(received().match(/HTTP\/1\.1 200 /g)).toHaveLength(8 * round));
    }
  });

  it('D2 that are too many end the connection, and what comes after them is not even begun', async () => {
    const bff = await startWith({ pipelined: 8 });
    const { socket, closed } = await openConnection(bff.url);
    socket.write(ask('/discord/login').repeat(500));
    await closed;
    await sleep(100);
    expect(rowsIn(bff, 'logins')).toBeLessThanOrEqual(8);
    expect((await fetch(`${bff.url}/healthz`)).status).toBe(200);
  });

  it.each([
    ['that expect what nobody knows', ask('/healthz', 'expect: a-miracle\r\n')],
    ['to HEAD', 'HEAD /api/session HTTP/1.1\r\nhost: localhost\r\n\r\n'],
    ['without a Host', 'GET /healthz HTTP/1.1\r\n\r\n'],
    ['for streams', ask('/api/events')],
    ['that fail', ask('/api/nowhere')],
  ])('D2 %s count as well', async (_what, text) => {
    const bff = await startWith({ pipelined: 8 });
    const { socket, closed, received } = await openConnection(bff.url);
    socket.write(text.repeat(500));
    await closed;
    expect(received().match(/HTTP\/1\.1 /g)?.length ?? 0).toBeLessThanOrEqual(8);
  });
});

describe('connections', () => {
  it('D2 are so many in all: the one that has been idle the longest gives way, and no stream does', async () => {
    const bff = await startWith({ inAll: 5, perNetwork: 3 }, { TRUSTED_PROXY_HOPS: '1' });
    const stream = await listen(bff.url);
    const idle: RawConnection[] = [];
    for (let index = 0; index < 4; index += 1)
      idle.push(await openAsking(bff.url, ask('/healthz')));
    const [first, second] = idle as [RawConnection, RawConnection];
    expect(await healthOf(first)).toBe('HTTP/1.1 200');
    await openAsking(bff.url, ask('/healthz'));
    await second.closed;
    expect(await healthOf(first)).toBe('HTTP/1.1 200');
    expect(stream.isOpen()).toBe(true);
  });

  it('D2 are so many of one network: its own idle ones give way, and when none is idle a new one is closed', async () => {
    const bff = await startWith({ perNetwork: 3 });
    const neighbour = await openAsking(bff.url, ask('/healthz'), '127.0.0.2');
    const idle = await openAsking(bff.url, ask('/healthz'));
    const streams = [await listen(bff.url), await listen(bff.url)];
    streams.push(await listen(bff.url));
    await idle.closed;
    const refused = await openAsking(bff.url, ask('/healthz'));
    await refused.closed;
    expect(refused.received()).toBe('');
    expect(streams.map((stream) => stream.isOpen())).toEqual([true, true, true]);
    expect(await healthOf(neighbour)).toBe('HTTP/1.1 200');
    streams[0]?.hangUp();
    await vi.waitFor(async () => expect((await fetch(`${bff.url}/healthz`)).status).toBe(200));
  });

  it('D2 that half say something are idle too', async () => {
    const bff = await startWith({ inAll: 3 });
    const half = await openConnection(bff.url);
    half.socket.write('GET /healthz HTTP/1.1\r\nhost: loc');
    for (let index = 0; index < 3; index += 1) await openAsking(bff.url, ask('/healthz'));
    await half.closed;
    expect(half.received()).toBe('');
  });

  it('D2 that ask for another protocol get an ordinary answer, or none', async () => {
    const bff = await startWith({});
    const upgrade =
      'connection: Upgrade, close\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n';
    const asked = await openAsking(bff.url, ask('/api/session', upgrade));
    await asked.closed;
    expect(asked.received()).toMatch(/^HTTP\/1\.1 200 /);
    const tunnel = await openConnection(bff.url);
    tunnel.socket.write('CONNECT evil.test:443 HTTP/1.1\r\nhost: evil.test\r\n\r\n');
    await tunnel.closed;
    expect(tunnel.received()).toBe('');
  });

  it('D2 closed on one side by their client are answered to the end, and closed', async () => {
    const bff = await startWith({});
    const { socket, received, closed } = await openConnection(bff.url);
    socket.end(ask('/api/session'));
    await closed;
    expect(received()).toMatch(/^HTTP\/1\.1 200 [^]*"user":null/);
  });
});
