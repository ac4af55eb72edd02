import { describe, expect, it } from 'vitest';
import { Stack, startStack } from '../../harness/stack.ts';
import type { Answer } from '../../harness/visitor.ts';

const few = { loginsPerMinute: 3, requestsPerMinute: 5, streams: { perNetwork: 2, inAll: 3 } };

async function startLimited(hops = '0'): Promise<Stack> {
  return await startStack({ TRUSTED_PROXY_HOPS: hops }, { limits: few });
}

/** As a proxy in front would pass on a request of `address`, beside what the client itself claims. */
const from = (forwarded: string) => ({ 'x-forwarded-for': forwarded });

/** Asks `times` times and tells how often it was let through. */
async function letThrough(times: number, ask: (time: number) => Promise<Answer>): Promise<number> {
  let passed = 0;
  for (let time = 0; time < times; time += 1) {
    const answer = await ask(time);
    if (answer.status !== 429 && !answer.location.includes('rate_limited')) passed += 1;
  }
  return passed;
}

describe('one client network', () => {
  it.each([
    '/api/session',
    '/api/guilds',
    '/api/guild-count',
    '/api/guild-count?x=1',
    '/api/bot',
    '/api/bot/avatar',
    '/api/sessions',
    '/api/events?',
  ])('RL-01 may ask %s so often and no more', async (target) => {
    const stack = await startStack(
      {},
      { limits: { ...few, streams: { perNetwork: 0, inAll: 0 } } },
    );
    const visitor = stack.visitor();
    for (let time = 0; time < 5; time += 1)
      expect((await visitor.api(target)).body).not.toContain('rate_limited');
    const answer = await visitor.api(target);
    expect(answer.status).toBe(429);
    expect(answer.errorCode()).toBe('rate_limited');
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('RL-01 has its questions counted together, whichever they are', async () => {
    const stack = await startLimited();
    const visitor = stack.visitor();
    const targets = [
      '/api/session',
      '/api/guild-count',
      '/api/bot',
      '/api/guilds',
      '/api/guild-count?x',
    ];
    for (const target of targets) expect((await visitor.api(target)).status).not.toBe(429);
    expect((await visitor.api('/api/session')).status).toBe(429);
    expect((await visitor.api('/api/guild-count')).status).toBe(429);
    expect((await visitor.send('POST', '/api/logout', { 'x-csrf': '1' })).status).toBe(429);
  });

  it.each(['/discord/dashboard', '/assets/x.js', '/nowhere', '/readyz', '/api/nowhere'])(
    'RL-01 may ask %s so often too, and is always told that we are alive',
    async (target) => {
      const stack = await startLimited();
      const visitor = stack.visitor();
      expect(await letThrough(8, () => visitor.get(target))).toBe(5);
      expect(await letThrough(8, () => visitor.get('/healthz'))).toBe(8);
    },
  );

  it('RL-02 may start so many logins, is told why no more, and sets no cookie then', async () => {
    const stack = await startLimited();
    const visitor = stack.visitor();
    for (let time = 0; time < 3; time += 1)
      expect((await visitor.get('/discord/login')).status).toBe(302);
    const answer = await stack.visitor().get('/discord/login');
    expect(answer.status).toBe(303);
    expect(answer.location).toBe(`${stack.bff.url}/discord/dashboard?error=rate_limited`);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('RL-02 cannot go round the limit by asking for the address as JSON', async () => {
    const stack = await startLimited();
    const visitor = stack.visitor();
    expect(
      await letThrough(10, (time) =>
        time % 2 ? visitor.get('/discord/login') : visitor.api('/api/authorize-url'),
      ),
    ).toBe(3);
  });

  it('RL-02 may finish each login it was let begin', async () => {
    const stack = await startStack({}, { limits: { ...few, loginsPerMinute: 1 } });
    const visitor = stack.visitor();
    const callback = await stack.callbackOf(visitor);
    expect((await visitor.get('/discord/login')).location).toContain('error=rate_limited');
    expect((await visitor.get(callback)).location).toBe(`${stack.bff.url}/discord/guilds`);
  });
});

describe('a client’s address', () => {
  it('RL-03 is that of the connection when no proxy is ours, whatever it says of itself', async () => {
    const stack = await startLimited('0');
    const visitor = stack.visitor();
    expect(
      await letThrough(12, (time) =>
        visitor.api('/api/session', 'GET', {
          ...from(`203.0.113.${time}`),
          forwarded: `for=203.0.113.${time}`,
          'x-real-ip': `203.0.113.${time}`,
          'x-client-ip': `203.0.113.${time}`,
          'cf-connecting-ip': `203.0.113.${time}`,
          'true-client-ip': `203.0.113.${time}`,
        }),
      ),
    ).toBe(5);
  });

  it.each(['1', '2'])(
    'RL-03 is what the outermost of our %s proxies saw, not what was claimed before',
    async (hops) => {
      const stack = await startLimited(hops);
      const visitor = stack.visitor();
      const trusted = hops === '1' ? '203.0.113.7' : '203.0.113.7, 10.0.0.1';
      expect(
        await letThrough(12, (time) =>
          visitor.api('/api/session', 'GET', from(`198.51.100.${time}, ${trusted}`)),
        ),
      ).toBe(5);
      const another = trusted.replace('.7', '.8');
      expect((await visitor.api('/api/session', 'GET', from(another))).status).toBe(200);
    },
  );

  it.each([
    ['empty entries', (time: number) => `${', '.repeat(time)}203.0.113.7`],
    ['many entries', (time: number) => `${'1.1.1.1, '.repeat(time * 20)}203.0.113.7`],
    ['a port', (time: number) => `203.0.113.7:${4_000 + time}`],
    ['an IPv6 address in brackets with a port', (time: number) => `[2001:db8::7]:${4_000 + time}`],
    ['addresses of one IPv6 network', (time: number) => `2001:db8:0:1::${time + 1}`],
    [
      'spellings of one IPv6 network',
      (time: number) =>
        [
          '2001:db8::1',
          '2001:DB8::1',
          '2001:0db8::1',
          '2001:db8:0:0::1',
          '2001:db8:0:0:0:0:0:1',
          '2001:0DB8:0000::0001',
          '[2001:db8::1]',
          '2001:db8::1%eth0',
        ][time % 8] ?? '',
    ],
    [
      'spellings of one IPv4 address',
      (time: number) =>
        [
          '203.0.113.7',
          '::ffff:203.0.113.7',
          '::FFFF:203.0.113.7',
          ' 203.0.113.7 ',
          '::ffff:cb00:7107',
          '0:0:0:0:0:ffff:203.0.113.7',
          '"203.0.113.7"',
          '[::ffff:203.0.113.7]:80',
        ][time % 8] ?? '',
    ],
  ])('RL-03 is one client for %s', async (_what, spelling) => {
    const stack = await startLimited('1');
    const visitor = stack.visitor();
    expect(
      await letThrough(12, (time) => visitor.api('/api/session', 'GET', from(spelling(time)))),
    ).toBe(5);
  });

  it('RL-03 is that of the connection when the proxy says nothing', async () => {
    const stack = await startLimited('2');
    const visitor = stack.visitor();
    expect(await letThrough(12, () => visitor.api('/api/session'))).toBe(5);
  });

  it('RL-03 tells neighbours in IPv6 apart by their networks', async () => {
    const stack = await startLimited('1');
    const visitor = stack.visitor();
    expect(
      await letThrough(12, (time) =>
        visitor.api('/api/session', 'GET', from(`2001:db8:0:${time}::1`)),
      ),
    ).toBe(12);
  });

  it.each([
    ['in turn', (time: number) => `2001:db8:7:${time.toString(16)}::1`],
    ['spelled in full', (time: number) => `2001:0DB8:0007:${time}:0000:0000:0000:0001`],
    ['with ports', (time: number) => `[2001:db8:7:${time}::]:${4_000 + time}`],
    ['with IPv4 at their end', (time: number) => `2001:db8:7:${time}::203.0.113.7`],
  ])(
    'D7 is that of an IPv6 customer as well, who has 65,536 networks: %s',
    async (_how, spelling) => {
      const stack = await startLimited('1');
      const visitor = stack.visitor();
      const ask = (time: number) => visitor.api('/api/session', 'GET', from(spelling(time)));
      expect(await letThrough(30, ask)).toBe(20);
      const neighbour = await visitor.api('/api/session', 'GET', from('2001:db8:8::1'));
      expect(neighbour.status).toBe(200);
    },
  );

  it('RL-04 of a hundred thousand clients costs no memory without end', async () => {
    const { createRequestCounter } = await import('../../../bff/http/rate-limit.ts');
    const count = createRequestCounter(1_000_000, 1);
    const ask = async (n: number) =>
      await count({
        socket: { remoteAddress: '127.0.0.1' },
        headers: { 'x-forwarded-for': `${n & 255}.${(n >> 8) & 255}.${(n >> 16) & 255}.9` },
      } as never);
    for (let n = 0; n < 70_000; n += 1) await ask(n);
    const before = process.memoryUsage().heapUsed;
    for (let n = 70_000; n < 200_000; n += 1) await ask(n);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(60 * 1024 * 1024);
  });
});
