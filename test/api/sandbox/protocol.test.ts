/** The gateway's rules, with a bare WebSocket that breaks them. */
import { describe, expect, test } from 'vitest';
import { identify, open, openGreeted, openReady, type RawSocket } from './raw-socket.ts';
import { openSandbox, type SandboxClient } from './sandbox-client.ts';

describe('a client is disconnected', () => {
  test.each([
    ['for an API version that is gone', '?v=8&encoding=json', 4012],
    ['for an encoding that is not spoken here', '?v=10&encoding=etf', 4012],
    ['for a compression nobody knows', '?v=10&encoding=json&compress=brotli', 4012],
  ])('%s', async (_title, query, code) => {
    expect(await (await open(await openSandbox(), query)).closed).toBe(code);
  });

  test.each<[string, (socket: RawSocket, sandbox: SandboxClient) => void, number]>([
    ['for something that is no JSON', (socket) => socket.sendRaw('{'), 4002],
    ['for binary', (socket) => socket.sendRaw(Buffer.from([1, 2])), 4002],
    ['for more than 4,096 bytes', (socket) => socket.send(1, 'x'.repeat(4_096)), 4002],
    ['for an unknown opcode', (socket) => socket.send(99, null), 4001],
    ['for asking before identifying', (socket) => socket.send(8, { guild_id: '1' }), 4003],
    ['for a shard that cannot be', (s, box) => s.send(2, identify(box, { shard: [2, 2] })), 4010],
    [
      'for intents that do not exist',
      (s, box) => s.send(2, identify(box, { intents: 1 << 18 })),
      4013,
    ],
    ['for intents not granted', (s, box) => s.send(2, identify(box, { intents: 2 })), 4014],
    ['for a wrong token', (s, box) => s.send(2, identify(box, { token: 'x' })), 4004],
  ])('%s', async (_title, offend, code) => {
    const sandbox = await openSandbox();
    const socket = await openGreeted(sandbox);
    offend(socket, sandbox);
    expect(await socket.closed).toBe(code);
  });

  test('for identifying twice', async () => {
    const sandbox = await openSandbox();
    const { socket } = await openReady(sandbox);
    socket.send(2, identify(sandbox));
    expect(await socket.closed).toBe(4005);
  });

  test('for more than 120 frames a minute', async () => {
    const socket = await openGreeted(await openSandbox());
    for (let sent = 0; sent <= 120; sent++) socket.send(1, null);
    expect(await socket.closed).toBe(4008);
  });

  test('for silence, after it was asked for a heartbeat', async () => {
    const sandbox = await openSandbox();
    await sandbox.control('PATCH', '/settings', { heartbeat_interval_ms: 100 });
    const socket = await open(sandbox);
    const hello = await socket.next(({ op }) => op === 10);
    expect(hello.d.heartbeat_interval).toBe(100);
    await socket.next(({ op }) => op === 1);
    expect(await socket.closed).toBe(4009);
  });
});

test('a heartbeat is acknowledged', async () => {
  const socket = await openGreeted(await openSandbox());
  socket.send(1, null);
  await socket.next(({ op }) => op === 11);
});

test('READY lists the servers as unavailable, and each follows whole', async () => {
  const sandbox = await openSandbox({ guilds: 3 });
  const { socket, ready } = await openReady(sandbox);
  expect(ready.s).toBe(1);
  expect(ready.d.resume_gateway_url).toBe(sandbox.url.replace('http', 'ws') + '/gateway');
  expect(ready.d.guilds).toHaveLength(3);
  for (const stub of ready.d.guilds) {
    expect(stub).toEqual({ id: stub.id, unavailable: true });
    const { d: guild } = await socket.next(({ t }) => t === 'GUILD_CREATE');
    expect(guild).toMatchObject({ id: stub.id, unavailable: false });
    expect(guild.members).toHaveLength(1);
  }
});

describe('a session', () => {
  test('is resumed from the last event that was seen', async () => {
    const sandbox = await openSandbox({ guilds: 3 });
    const { socket, ready } = await openReady(sandbox);
    socket.cut();
    const again = await openGreeted(sandbox);
    const { session_id } = ready.d;
    again.send(6, { token: sandbox.config.botToken, session_id, seq: 2 });
    const replayed = [];
    for (let count = 0; count < 3; count++) replayed.push(await again.next(({ op }) => op === 0));
    expect(replayed.map(({ s, t }) => [s, t])).toEqual([
      [3, 'GUILD_CREATE'],
      [4, 'GUILD_CREATE'],
      [5, 'RESUMED'],
    ]);
  });

  test('ends when its client says goodbye', async () => {
    const sandbox = await openSandbox();
    const { socket, ready } = await openReady(sandbox);
    socket.close(1000);
    await socket.closed;
    const again = await openGreeted(sandbox);
    const { session_id } = ready.d;
    again.send(6, { token: sandbox.config.botToken, session_id, seq: 1 });
    expect((await again.next(({ op }) => op === 9)).d).toBe(false);
  });

  test('cannot be resumed from an event that was never sent', async () => {
    const sandbox = await openSandbox({ guilds: 0 });
    const { socket, ready } = await openReady(sandbox);
    socket.cut();
    const again = await openGreeted(sandbox);
    const { session_id } = ready.d;
    again.send(6, { token: sandbox.config.botToken, session_id, seq: 1_000 });
    expect(await again.closed).toBe(4007);
  });
});

test('leaving and an outage are told apart', async () => {
  const sandbox = await openSandbox({ guilds: 2 });
  const { socket, ready } = await openReady(sandbox);
  const [first, second] = ready.d.guilds;
  const deleted = () => socket.next(({ t }) => t === 'GUILD_DELETE');
  await sandbox.control('PATCH', `/guilds/${first.id}`, { unavailable: true });
  expect((await deleted()).d).toEqual({ id: first.id, unavailable: true });
  await sandbox.control('DELETE', `/guilds/${second.id}`);
  expect((await deleted()).d).toEqual({ id: second.id });
});
