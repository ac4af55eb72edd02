import { afterEach, describe, expect, expectTypeOf, test, vi } from 'vitest';
import * as z from 'zod';
import {
  type Channel,
  deadlineTickMs,
  maxPendingCalls,
  maxRunningHandlers,
  openPeer,
  RpcError,
} from '../../shared/rpc.ts';

const count = z.object({ guilds: z.int() });
const offer = {
  methods: {
    hello: { params: z.object({ name: z.string() }), result: z.object({ to: z.string() }) },
    count: { params: z.object({}), result: count },
    wait: { params: z.object({}), result: z.null() },
  },
  notifications: { changed: count },
};

type End = { onMessage?: (text: string) => void; onClose: (() => void)[] };

/** Two ends of one wire. What either sends is there for the other in the next microtask, as over a socket. */
function wire(): [Channel, Channel] {
  const left: End = { onClose: [] };
  const right: End = { onClose: [] };
  return [channelBetween(left, right), channelBetween(right, left)];
}

function channelBetween(mine: End, theirs: End): Channel {
  return {
    send: (text) => queueMicrotask(() => theirs.onMessage?.(text)),
    onMessage: (callback) => (mine.onMessage = callback),
    onClose: (callback) => mine.onClose.push(callback),
    close() {
      for (const callback of [...mine.onClose, ...theirs.onClose]) callback();
    },
  };
}

/** A peer that serves the offer, and the bare other end of its wire. */
function serve(overrides: Partial<Parameters<typeof openServer>[1]> = {}) {
  const [mine, theirs] = wire();
  const received: { id?: unknown; error?: { code: number; message: string; data: unknown } }[] = [];
  theirs.onMessage((text) => received.push(JSON.parse(text)));
  const onFailure = vi.fn();
  const server = openServer(mine, overrides, onFailure);
  return {
    server,
    received,
    onFailure,
    close: theirs.close,
    async send(...messages: unknown[]) {
      for (const message of messages)
        theirs.send(typeof message === 'string' ? message : JSON.stringify(message));
      await settled();
      return received.splice(0);
    },
  };
}

function openServer(
  channel: Channel,
  overrides: {
    count?: () => { guilds: number } | Promise<{ guilds: number }>;
    wait?: () => Promise<null>;
    opening?: { method: 'hello'; timeoutMs: number };
  },
  onFailure?: (error: unknown, name: string) => void,
) {
  return openPeer(channel, {
    serves: {
      offer,
      handlers: {
        hello: ({ name }) => ({ to: name }),
        count: overrides.count ?? (() => ({ guilds: 3 })),
        wait: overrides.wait ?? (() => Promise.resolve(null)),
      },
      opening: overrides.opening,
    },
    onFailure,
  });
}

/** A peer that uses the offer, and the bare other end of its wire. */
function use(changed: (params: { guilds: number }) => void = () => {}) {
  const [mine, theirs] = wire();
  const requests: { id: number; method: string; params: unknown }[] = [];
  theirs.onMessage((text) => requests.push(JSON.parse(text)));
  const onFailure = vi.fn();
  const client = openPeer(mine, { uses: { offer, listeners: { changed } }, onFailure });
  return {
    client,
    requests,
    onFailure,
    close: theirs.close,
    reply: (message: unknown) =>
      theirs.send(typeof message === 'string' ? message : JSON.stringify(message)),
  };
}

/** A peer that serves the offer and one that uses it, on one wire. */
function connect() {
  const [left, right] = wire();
  const changed = vi.fn();
  const server = openServer(left, {});
  const client = openPeer(right, { uses: { offer, listeners: { changed } } });
  return { server, client, changed };
}

async function settled() {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

function request(id: unknown, method: string, params: unknown = {}) {
  return { jsonrpc: '2.0', id, method, params };
}

const refusal = (id: unknown, code: number, own: string) =>
  expect.objectContaining({
    id,
    error: expect.objectContaining({ code, data: expect.objectContaining({ code: own }) }),
  });

afterEach(() => {
  vi.useRealTimers();
});

describe('between two peers', () => {
  test('a call comes back with its result', async () => {
    const { client } = connect();
    await expect(client.call('hello', { name: 'Bora' })).resolves.toEqual({ to: 'Bora' });
  });

  test('a notification is heard', async () => {
    const { server, changed } = connect();
    server.notify('changed', { guilds: 4 });
    await settled();
    expect(changed).toHaveBeenCalledExactlyOnceWith({ guilds: 4 });
  });

  test('both sides may serve and use at once', async () => {
    const [left, right] = wire();
    const [a, b] = [left, right].map((channel, side) =>
      openPeer(channel, {
        serves: {
          offer,
          handlers: {
            hello: () => ({ to: `side ${side}` }),
            count: () => ({ guilds: side }),
            wait: () => null,
          },
        },
        uses: { offer, listeners: { changed: () => {} } },
      }),
    );
    await expect(a?.call('hello', { name: '' })).resolves.toEqual({ to: 'side 1' });
    await expect(b?.call('hello', { name: '' })).resolves.toEqual({ to: 'side 0' });
  });

  test('the types of calls, results and handlers come from the offer', () => {
    const { server, client } = connect();
    expectTypeOf(client.call<'count'>).returns.resolves.toEqualTypeOf<{ guilds: number }>();
    expectTypeOf(client.call<'hello'>)
      .parameter(1)
      .toEqualTypeOf<{ name: string }>();
    expectTypeOf(server.notify<'changed'>)
      .parameter(1)
      .toEqualTypeOf<{ guilds: number }>();

    // Never run: these lines are here to not compile.
    void (() => {
      // @ts-expect-error: there is no such method
      void client.call('nope', {});
      // @ts-expect-error: the name is missing
      void client.call('hello', {});
      // @ts-expect-error: a server of this offer has nothing to call
      void server.call('hello', { name: '' });
      // @ts-expect-error: a client of this offer has nothing to notify
      client.notify('changed', { guilds: 1 });
      // @ts-expect-error: the handlers of count and wait are missing
      openPeer(wire()[0], { serves: { offer, handlers: { hello: () => ({ to: '' }) } } });
      openPeer(wire()[0], {
        serves: {
          offer,
          // @ts-expect-error: count answers with a number of guilds
          handlers: { hello: () => ({ to: '' }), wait: () => null, count: () => ({ guilds: '1' }) },
        },
      });
    });
  });
});

describe('serving', () => {
  test.each(['a', '', '❄', 0, 7, -1, Number.MAX_SAFE_INTEGER])(
    'the id %j is echoed exactly',
    async (id) => {
      const { send } = serve();
      await expect(send(request(id, 'count'))).resolves.toEqual([
        { jsonrpc: '2.0', id, result: { guilds: 3 } },
      ]);
    },
  );

  test.each([
    'null',
    '1.5',
    '{}',
    '[1]',
    'true',
    '9007199254740993',
    '1e999',
    JSON.stringify('x'.repeat(257)),
  ])('the id %s is refused, not echoed', async (id) => {
    const { send } = serve();
    await expect(send(`{"jsonrpc":"2.0","id":${id},"method":"count"}`)).resolves.toEqual([
      refusal(null, -32600, 'invalid_request'),
    ]);
  });

  test.each(['{', '', 'nope', '{"jsonrpc":"2.0",}', '\u0000', '{"id":1'])(
    'what is not JSON is a parse error: %j',
    async (text) => {
      const { send } = serve();
      await expect(send(text)).resolves.toEqual([refusal(null, -32700, 'parse_error')]);
    },
  );

  test.each([
    null,
    1,
    'count',
    [],
    [request(1, 'count')],
    {},
    { jsonrpc: '2.0', method: 1 },
    { method: 'count' },
  ])('what is not one request is refused: %j', async (message) => {
    const { send } = serve();
    await expect(send(message === 'count' ? '"count"' : message)).resolves.toEqual([
      refusal(null, -32600, 'invalid_request'),
    ]);
  });

  test.each([
    { id: 1, method: 'count' },
    { jsonrpc: '1.0', id: 1, method: 'count' },
    { jsonrpc: 2, id: 1, method: 'count' },
    { jsonrpc: '2.0', id: 1, method: 7 },
    { jsonrpc: '2.0', id: 1 },
    { jsonrpc: '2.0', id: 1, method: null },
  ])('a request of another shape is refused under its id: %j', async (message) => {
    const { send } = serve();
    await expect(send(message)).resolves.toEqual([refusal(1, -32600, 'invalid_request')]);
  });

  test.each([
    'nope',
    'COUNT',
    'changed',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'then',
    '',
  ])('there is no method %j', async (method) => {
    const { send } = serve();
    await expect(send(request(1, method))).resolves.toEqual([
      refusal(1, -32601, 'method_not_found'),
    ]);
  });

  test.each([{}, [], ['Bora'], { name: 1 }, { name: null }, 'Bora', null])(
    'parameters that do not fit are refused without repeating them: %j',
    async (params) => {
      const { send } = serve();
      const [answer] = await send(request(1, 'hello', params));
      expect(answer).toEqual(refusal(1, -32602, 'invalid_params'));
      expect(answer?.error?.message).toMatch(/^hello: /);
      expect(answer?.error?.message).not.toContain('Bora');
    },
  );

  test('parameters may be left out when none are needed', async () => {
    const { send } = serve();
    await expect(send({ jsonrpc: '2.0', id: 1, method: 'count' })).resolves.toEqual([
      { jsonrpc: '2.0', id: 1, result: { guilds: 3 } },
    ]);
  });

  test('a parameter called __proto__ changes nothing', async () => {
    const { send } = serve();
    await send(
      '{"jsonrpc":"2.0","id":1,"method":"hello","params":{"__proto__":{"name":"x","polluted":1}}}',
    );
    expect(Object.prototype).not.toHaveProperty('polluted');
  });

  test.each([
    { jsonrpc: '2.0', method: 'count' },
    { jsonrpc: '2.0', method: 'nope' },
    { jsonrpc: '2.0', method: 'hello', params: 7 },
    { jsonrpc: '2.0', method: '__proto__' },
    { jsonrpc: '2.0', id: 99, result: {} },
    { jsonrpc: '2.0', id: null, error: { code: 1, message: '' } },
  ])('notifications and stray answers are never answered: %j', async (message) => {
    const { send } = serve();
    await expect(send(message)).resolves.toEqual([]);
  });

  test.each([
    ['[', ']'],
    ['{"a":', '}'],
    ['{"jsonrpc":"2.0","id":1,"method":"count","params":{"a":', '}}'],
    ['{"jsonrpc":"2.0","id":', ',"method":"count"}'],
  ])('100,000 levels of %s do no harm', async (head, tail) => {
    const { send } = serve();
    const depth = 100_000;
    await send(`${head}${'['.repeat(depth)}${']'.repeat(depth)}${tail}`);
    await expect(send(request(1, 'count'))).resolves.toHaveLength(1);
  });

  test('a handler that throws is a failure inside, and tells nothing of it', async () => {
    const secret = new Error('password is hunter2');
    const { send, onFailure } = serve({
      count: () => {
        throw secret;
      },
      wait: () => Promise.reject(secret),
    });
    const answers = await send(request(1, 'count'), request(2, 'wait'));
    expect(answers).toEqual([
      refusal(1, -32603, 'internal_error'),
      refusal(2, -32603, 'internal_error'),
    ]);
    expect(JSON.stringify(answers)).not.toContain('hunter2');
    expect(onFailure.mock.calls).toEqual([
      [secret, 'count'],
      [secret, 'wait'],
    ]);
  });

  test("a handler's own RpcError reaches the caller with code, message and data", async () => {
    const { send, onFailure } = serve({
      count: () => {
        throw new RpcError('not_yet', 'Come back later.', { data: { seconds: 3 }, cause: 'inner' });
      },
    });
    await expect(send(request(1, 'count'))).resolves.toEqual([
      {
        jsonrpc: '2.0',
        id: 1,
        error: {
          code: -32000,
          message: 'Come back later.',
          data: { code: 'not_yet', seconds: 3 },
        },
      },
    ]);
    expect(onFailure).not.toHaveBeenCalled();
  });

  test('what cannot be written as JSON is a failure inside', async () => {
    const { send } = serve({
      count: () => ({ guilds: 1n as unknown as number }),
      wait: () => Promise.reject(new RpcError('odd', 'Odd.', { data: { big: 1n } })),
    });
    await expect(send(request(1, 'count'), request(2, 'wait'))).resolves.toEqual([
      refusal(1, -32603, 'internal_error'),
      refusal(2, -32603, 'internal_error'),
    ]);
  });

  test('slow handlers are bounded, and there is room again when they are done', async () => {
    const { promise, resolve } = Promise.withResolvers<null>();
    const { send } = serve({ wait: () => promise });
    const calls = Array.from({ length: maxRunningHandlers + 1 }, (_, id) => request(id, 'wait'));
    await expect(send(...calls)).resolves.toEqual([
      refusal(maxRunningHandlers, -32000, 'too_many_calls'),
    ]);
    resolve(null);
    await expect(send()).resolves.toHaveLength(maxRunningHandlers);
    await expect(send(request(1, 'wait'))).resolves.toEqual([
      { jsonrpc: '2.0', id: 1, result: null },
    ]);
  });
});

describe('the opening call', () => {
  const opening = { method: 'hello', timeoutMs: 1_000 } as const;

  test('comes first; anything else, known or not, is told so', async () => {
    const { send } = serve({ opening });
    await expect(send(request(1, 'count'), request(2, 'nope'))).resolves.toEqual([
      refusal(1, -32000, 'hello_first'),
      refusal(2, -32000, 'hello_first'),
    ]);
    await send(request(3, 'hello', { name: 'Bora' }));
    await expect(send(request(4, 'count'))).resolves.toEqual([
      expect.objectContaining({ id: 4, result: { guilds: 3 } }),
    ]);
  });

  test('has to succeed', async () => {
    const { send } = serve({ opening });
    await send(request(1, 'hello', { name: 7 }));
    await expect(send(request(2, 'count'))).resolves.toEqual([refusal(2, -32000, 'hello_first')]);
  });

  test('goes before every notification', async () => {
    const { server, send } = serve({ opening });
    server.notify('changed', { guilds: 1 });
    await expect(send()).resolves.toEqual([]);
    await send(request(1, 'hello', { name: 'Bora' }));
    server.notify('changed', { guilds: 2 });
    await expect(send()).resolves.toEqual([
      { jsonrpc: '2.0', method: 'changed', params: { guilds: 2 } },
    ]);
  });

  test('must come in time, or the connection closes', async () => {
    vi.useFakeTimers();
    const late = serve({ opening });
    const early = serve({ opening });
    const closed = vi.fn();
    void late.server.closed.then(() => closed('late'));
    void early.server.closed.then(() => closed('early'));
    await early.send(request(1, 'hello', { name: 'Bora' }));
    await vi.advanceTimersByTimeAsync(opening.timeoutMs);
    expect(closed.mock.calls).toEqual([['late']]);
  });
});

describe('using', () => {
  test('an answer to nobody, or a second answer, is ignored', async () => {
    const { client, requests, reply } = use();
    const answer = client.call('count', {});
    await settled();
    const id = requests[0]?.id;
    for (const stray of [99, String(id), null, undefined, '__proto__', {}])
      reply({ jsonrpc: '2.0', id: stray, result: { guilds: 0 } });
    reply({ jsonrpc: '2.0', id, result: { guilds: 1 } });
    reply({ jsonrpc: '2.0', id, result: { guilds: 2 } });
    reply({ jsonrpc: '2.0', id, error: { code: 1, message: '' } });
    await expect(answer).resolves.toEqual({ guilds: 1 });
    await settled();
  });

  test.each([
    { result: { guilds: 'many' } },
    { result: null },
    { result: [] },
    { error: 'broken' },
    { error: { code: 'x', message: 1 } },
  ])('an answer that does not fit fails the call: %j', async (answer) => {
    const { client, requests, reply } = use();
    const call = client.call('count', {});
    await settled();
    reply({ jsonrpc: '2.0', id: requests[0]?.id, ...answer });
    await expect(call).rejects.toMatchObject({ name: 'RpcError', code: 'invalid_result' });
  });

  test.each([
    [{ code: -32000, message: 'Later.', data: { code: 'not_yet' } }, 'not_yet', -32000],
    [{ code: -32601, message: 'No.' }, 'method_not_found', -32601],
    [{ code: -32602, message: 'No.', data: 'text' }, 'invalid_params', -32602],
    [{ code: 5, message: 'No.', data: { code: 5 } }, 'unknown_error', -32000],
  ])('a refusal keeps its code: %j', async (error, code, rpcCode) => {
    const { client, requests, reply } = use();
    const call = client.call('count', {});
    await settled();
    reply({ jsonrpc: '2.0', id: requests[0]?.id, error });
    await expect(call).rejects.toMatchObject({ code, rpcCode, message: error.message });
  });

  test('every call has its own deadline, and a late answer is ignored', async () => {
    vi.useFakeTimers();
    const { client, requests, reply } = use();
    const ended: string[] = [];
    for (const [name, timeoutMs] of [
      ['slow', 3_000],
      ['quick', 100],
      ['default', undefined],
    ] as const)
      client.call('count', {}, { timeoutMs }).then(
        () => ended.push(`${name} answered`),
        (error: RpcError) => ended.push(`${name} ${error.code}`),
      );
    await vi.advanceTimersByTimeAsync(99);
    expect(ended).toEqual([]);
    await vi.advanceTimersByTimeAsync(1 + deadlineTickMs);
    expect(ended).toEqual(['quick timeout']);
    reply({ jsonrpc: '2.0', id: requests[1]?.id, result: { guilds: 1 } });
    reply({ jsonrpc: '2.0', id: requests[2]?.id, result: { guilds: 1 } });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(ended).toEqual(['quick timeout', 'default answered', 'slow timeout']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a close ends every call under way and every later one', async () => {
    const { client, close } = use();
    const calls = [client.call('count', {}), client.call('wait', {})];
    close();
    calls.push(client.call('wait', {}));
    for (const call of calls)
      await expect(call).rejects.toMatchObject({ code: 'connection_closed' });
    await client.closed;
  });

  test('calls that wait are bounded', async () => {
    const { client, close } = use();
    const calls = Array.from({ length: maxPendingCalls }, () => client.call('count', {}));
    await expect(client.call('count', {})).rejects.toMatchObject({ code: 'too_many_pending' });
    close();
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
  });

  test('a message the channel cannot take fails the call', async () => {
    const [channel] = wire();
    const broken = {
      ...channel,
      send() {
        throw new RangeError('too long');
      },
    };
    const client = openPeer(broken, { uses: { offer, listeners: { changed: () => {} } } });
    await expect(client.call('count', {})).rejects.toMatchObject({ code: 'not_sent' });
  });

  test('a notification that is unknown, unfit or ill received harms nothing', async () => {
    const heard: number[] = [];
    const { onFailure, reply } = use(({ guilds }) => {
      heard.push(guilds);
      if (guilds === 1) throw new Error('listener');
    });
    reply({ jsonrpc: '2.0', method: 'newer', params: {} });
    reply({ jsonrpc: '2.0', method: 'changed', params: { guilds: '1' } });
    reply({ jsonrpc: '2.0', method: 'changed', params: { guilds: 1 } });
    reply({ jsonrpc: '2.0', method: 'changed', params: { guilds: 2 } });
    await settled();
    expect(heard).toEqual([1, 2]);
    expect(onFailure).toHaveBeenCalledTimes(2);
  });
});
