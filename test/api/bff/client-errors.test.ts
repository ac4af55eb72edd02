import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { json, loginAt, providerPaths, startProvider } from '../../harness/provider.ts';
import { openConnection, rawRequest } from '../../harness/raw-request.ts';
import { startStack } from '../../harness/stack.ts';

const ask = (target: string, headers = '') =>
  `GET ${target} HTTP/1.1\r\nhost: localhost\r\n${headers}\r\n`;

/** What Node cannot read, and closes the connection for. */
const unreadable: [string, string][] = [
  ['no HTTP', 'BROKEN\r\n\r\n'],
  ['a header too large', ask('/healthz', `x-a: ${'a'.repeat(20_000)}\r\n`)],
  ['two lengths', ask('/healthz', 'content-length: 1\r\ncontent-length: 2\r\n')],
  ['a header without a name', ask('/healthz', ': x\r\n')],
  ['a version of its own', 'GET / HTTP/9.9\r\nhost: x\r\n\r\n'],
];

/** The answers in what came back: status and body, as their lengths say. Throws for bytes that belong to none. */
function answersIn(received: string): { status: number; body: string; isWhole: boolean }[] {
  const answers = [];
  for (let rest = received; rest !== '';) {
    const end = rest.indexOf('\r\n\r\n');
    const head = rest.slice(0, end);
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
    if (end === -1 || Number.isNaN(status)) throw new Error(`no answer: ${rest.slice(0, 200)}`);
    const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
    const body = rest.slice(end + 4, end + 4 + length);
    answers.push({ status, body, isWhole: body.length === length });
    rest = rest.slice(end + 4 + length);
  }
  return answers;
}

describe('a request that cannot be read', () => {
  it.each(unreadable)('D16 is told so on a connection of its own: %s', async (_what, text) => {
    const stack = await startStack();
    const answers = answersIn(await rawRequest(stack.bff.url, text));
    expect(answers).toHaveLength(1);
    expect([400, 431, 505]).toContain(answers[0]?.status);
  });

  it.each(unreadable)(
    'D16 is told so after answers that have been given: %s',
    async (_what, text) => {
      const stack = await startStack();
      const { socket, received, closed } = await openConnection(stack.bff.url);
      socket.write(ask('/healthz').repeat(2));
      await vi.waitFor(() => expect(answersIn(received())).toHaveLength(2));
      socket.write(text);
      await closed;
      expect(answersIn(received()).map(({ status }) => status >= 400)).toEqual([
        false,
        false,
        true,
      ]);
    },
  );

  it.each(unreadable)(
    'D16 writes nothing into an answer that is still being made: %s',
    async (_what, text) => {
      const provider = await startProvider();
      const stack = await startStack(provider.environment);
      const { visitor } = await loginAt(stack.bff.url);
      const asked = Promise.withResolvers<() => void>();
      provider.answer(providerPaths.guilds, (...call) => asked.resolve(() => json([])(...call)));
      const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const { socket, received, closed } = await openConnection(stack.bff.url);
      socket.write(ask('/api/guilds', `x-csrf: 1\r\ncookie: ${cookie}\r\n`) + text);
      const answerNow = await asked.promise;
      await sleep(50);
      answerNow();
      await closed;
      for (const { status, isWhole } of answersIn(received()))
        expect({ status, isWhole }).toEqual({ status: 200, isWhole: true });
    },
  );

  it.each(unreadable)('D16 writes nothing into a stream: %s', async (_what, text) => {
    const stack = await startStack();
    const { socket, received, closed } = await openConnection(stack.bff.url);
    socket.write(ask('/api/events'));
    await vi.waitFor(() => expect(received()).toContain('event: guild-count'));
    socket.write(text);
    await closed;
    expect(received().match(/HTTP\/1\.1 /g)).toHaveLength(1);
  });

  it('D16 writes nothing into a long answer that is half read', async () => {
    const guilds = Array.from({ length: 200 }, (_, index) => ({
      id: String(300_000_000_000_000_000n + BigInt(index)),
      name: `Server ${index}`,
      icon: null,
      owner: false,
      permissions: '0',
      features: Array.from({ length: 150 }, (_none, feature) => `A_FEATURE_OF_SERVERS_${feature}`),
      approximate_member_count: 1,
    }));
    const provider = await startProvider({ [providerPaths.guilds]: json(guilds) });
    const stack = await startStack(provider.environment);
    const { visitor } = await loginAt(stack.bff.url);
    const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const { socket, received, closed } = await openConnection(stack.bff.url);
    socket.write(ask('/api/guilds', `x-csrf: 1\r\ncookie: ${cookie}\r\n`).repeat(20));
    await new Promise((resolve) => socket.once('data', resolve));
    socket.pause();
    socket.write('BROKEN\r\n\r\n');
    await sleep(200);
    socket.resume();
    await closed;
    const answers = answersIn(received());
    expect(answers.length).toBeGreaterThan(0);
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(body).not.toContain('HTTP/1.1');
    }
  });
});

describe('a request', () => {
  const addresses = [
    '/',
    '/discord/dashboard',
    '/assets/x.js',
    '/nowhere',
    '/discord/login',
    '/discord/callback?code=x&state=y',
    '/api/session',
    '/api/guild-count',
    '/api/events',
    '/api/nowhere',
    '/healthz',
    '/readyz',
  ];

  it.each([
    ['two Hosts', 'host: localhost\r\nhost: evil.test\r\n'],
    ['the same Host twice', 'host: localhost\r\nHOST: localhost\r\n'],
    ['two Hosts far apart', 'Host: localhost\r\nx-a: 1\r\nx-b: 2\r\nhOsT: 127.0.0.1\r\n'],
    ['no Host', 'x-host: localhost\r\n'],
  ])('D16 with %s is refused at every kind of address', async (_what, hosts) => {
    const stack = await startStack();
    for (const address of addresses) {
      const answer = await rawRequest(stack.bff.url, `GET ${address} HTTP/1.1\r\n${hosts}\r\n`);
      expect(answer, address).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer, address).toContain('"code":"bad_request"');
      expect(answer, address).toMatch(/^x-content-type-options: nosniff\r$/im);
      expect(answer, address).not.toMatch(/^(?:location|set-cookie):|evil/im);
    }
  });

  it.each(['http://[/', 'http://[::1/api/session', 'x://[/'])(
    'D16 for the address %s, which is none, is refused and is no failure of ours',
    async (target) => {
      const stack = await startStack();
      const answer = await rawRequest(
        stack.bff.url,
        `GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).toMatch(/^x-content-type-options: nosniff\r$/im);
      expect(stack.bff.log.join('')).not.toContain('"level":50');
    },
  );

  it('D16 of HTTP/1.0 needs no Host', async () => {
    const stack = await startStack();
    expect(await rawRequest(stack.bff.url, 'GET /healthz HTTP/1.0\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 200 /,
    );
  });

  it('D8 that names two Hosts is counted like any other', async () => {
    const stack = await startStack({}, { limits: { requestsPerMinute: 5 } });
    const statuses: string[] = [];
    for (let time = 0; time < 8; time += 1)
      statuses.push(
        (
          await rawRequest(
            stack.bff.url,
            'GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n',
          )
        ).slice(9, 12),
      );
    expect(statuses).toEqual(['400', '400', '400', '400', '400', '429', '429', '429']);
  });
});
