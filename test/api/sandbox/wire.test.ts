/** What clients may do differently on the gateway's wire: addresses, compression, and how they write tokens and ids. */
import {
  constants,
  createInflate,
  createZstdDecompress,
  inflateSync,
  type Inflate,
  type ZstdDecompress,
} from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { identify, open, openGreeted, openReady } from './raw-socket.ts';
import { openSandbox, people } from './sandbox-client.ts';

describe('a client is greeted', () => {
  test.each([
    ['with the slash of the documented address', '/?v=10&encoding=json'],
    ['without a version', '?encoding=json'],
    ['without anything', ''],
    ['with the slash alone', '/'],
  ])('%s', async (_title, query) => {
    const sandbox = await openSandbox({ guilds: 1 });
    const socket = await openGreeted(sandbox, query);
    socket.send(2, identify(sandbox));
    expect((await socket.next(({ t }) => t === 'READY')).d.private_channels).toEqual([]);
  });
});

test('HELLO comes first, also for a client that does not wait for it', async () => {
  const sandbox = await openSandbox({ guilds: 1 });
  const socket = await open(sandbox);
  await socket.opened;
  socket.send(2, identify(sandbox));
  expect((await socket.next(() => true)).op).toBe(10);
  expect((await socket.next(() => true)).t).toBe('READY');
});

test('a token may be written as REST has it, to identify and to resume', async () => {
  const sandbox = await openSandbox({ guilds: 1 });
  const token = `Bot ${sandbox.config.botToken}`;
  const { socket, ready } = await openReady(sandbox, { token });
  socket.cut();
  const again = await openGreeted(sandbox);
  again.send(6, { token, session_id: ready.d.session_id, seq: ready.s });
  await again.next(({ t }) => t === 'RESUMED');
});

/** Decompresses frames of one context, each as soon as it comes, and notes how many bytes they had. */
function streamDecoder(stream: Inflate | ZstdDecompress) {
  const sizes: number[] = [];
  let text = '';
  onTestFinished(() => void stream.destroy());
  stream.setEncoding('utf8').on('data', (part: string) => (text += part));
  return {
    sizes,
    /** One frame's text: all that came out when the frame was in. */
    decode: (frame: Buffer) =>
      new Promise<string>((resolve) => {
        sizes.push(frame.length);
        stream.write(frame, () =>
          setImmediate(() => {
            resolve(text);
            text = '';
          }),
        );
      }),
  };
}

describe('a compressed connection', () => {
  test.each([
    ['zlib-stream', () => createInflate({ flush: constants.Z_SYNC_FLUSH })],
    ['zstd-stream', () => createZstdDecompress()],
  ])('with %s sends every payload whole, in one context', async (name, makeStream) => {
    const sandbox = await openSandbox({ guilds: 40 });
    const frames: Buffer[] = [];
    const socket = await open(
      sandbox,
      `/?v=10&encoding=json&compress=${name}`,
      (data, isBinary) => {
        expect(isBinary).toBe(true);
        frames.push(data);
        return '{}';
      },
    );
    await socket.next(() => true);
    socket.send(2, identify(sandbox, { compress: true }));
    for (let count = 0; count < 41; count++) await socket.next(() => true);
    socket.send(1, null);
    await socket.next(() => true);

    const { decode, sizes } = streamDecoder(makeStream());
    const payloads = [];
    for (const frame of frames) payloads.push(JSON.parse(await decode(frame)));
    expect(payloads.map(({ op, t }) => t ?? op)).toEqual([
      10,
      'READY',
      ...Array.from({ length: 40 }, () => 'GUILD_CREATE'),
      11,
    ]);
    if (name === 'zlib-stream')
      for (const frame of frames) expect(frame.subarray(-4).toString('hex')).toBe('0000ffff');
    // What was said of the first server need not be said again of the others.
    expect(sizes[3]).toBeLessThan((sizes[2] ?? 0) / 1.5);
  });

  test('with thousands of servers loses none of them', async () => {
    const sandbox = await openSandbox({ guilds: 2_000 });
    const inflate = streamDecoder(createInflate({ flush: constants.Z_SYNC_FLUSH }));
    const frames: Buffer[] = [];
    const socket = await open(sandbox, '?v=10&compress=zlib-stream', (data) => {
      frames.push(data);
      return '{}';
    });
    await socket.next(() => true);
    socket.send(2, identify(sandbox));
    for (let count = 0; count < 2_001; count++) await socket.next(() => true);
    let last = { s: 0 };
    for (const frame of frames) last = JSON.parse(await inflate.decode(frame));
    expect(last.s).toBe(2_001);
  });
});

test('payload compression makes a stream of its own of what is large, and leaves the rest', async () => {
  const sandbox = await openSandbox({ guilds: 2 });
  const kinds: string[] = [];
  const socket = await openGreeted(sandbox, '?v=10', (data, isBinary) => {
    const text = String(isBinary ? inflateSync(data) : data);
    kinds.push(`${isBinary ? 'compressed' : 'plain'} ${JSON.parse(text).t ?? 'op'}`);
    return text;
  });
  socket.send(2, identify(sandbox, { compress: true }));
  await socket.next(({ s }) => s === 3);
  expect(kinds).toEqual([
    'plain op',
    'plain READY',
    'compressed GUILD_CREATE',
    'compressed GUILD_CREATE',
  ]);
});

describe('members', () => {
  test('can be asked for with ids as whole numbers, past what JavaScript can count', async () => {
    const sandbox = await openSandbox();
    const [guild] = await sandbox.guildsWithBot();
    const { socket } = await openReady(sandbox);
    const ids = [people.owner.id, sandbox.config.clientId];
    socket.sendRaw(
      `{"op":8,"d":{"guild_id":${guild?.id},"user_ids":[${ids.join(',')}],"limit":0}}`,
    );
    const chunk = await socket.next(({ t }) => t === 'GUILD_MEMBERS_CHUNK');
    expect(chunk.d.guild_id).toBe(guild?.id);
    expect(chunk.d.members.map(({ user }: { user: { id: string } }) => user.id).toSorted()).toEqual(
      ids.toSorted(),
    );
    expect(chunk.d.not_found).toEqual([]);
  });

  test.each([
    ['of 32 bytes comes back', 'n'.repeat(32), 'n'.repeat(32)],
    ['of more is ignored', '한'.repeat(11), undefined],
    ['that is no text is ignored', { a: 1 }, undefined],
  ])('a nonce %s', async (_title, nonce, returned) => {
    const sandbox = await openSandbox();
    const [guild] = await sandbox.guildsWithBot();
    const { socket } = await openReady(sandbox);
    socket.send(8, { guild_id: guild?.id, user_ids: people.owner.id, nonce });
    expect((await socket.next(({ t }) => t === 'GUILD_MEMBERS_CHUNK')).d.nonce).toBe(returned);
  });
});

test('soundboards and voice channels can be asked about, and only where the bot is', async () => {
  const sandbox = await openSandbox();
  const [first, second] = await sandbox.guildsWithBot();
  const { socket } = await openReady(sandbox);
  socket.send(31, { guild_ids: [first?.id, '100000000000000000', second?.id] });
  for (const guild of [first, second])
    expect((await socket.next(({ t }) => t === 'SOUNDBOARD_SOUNDS')).d).toEqual({
      guild_id: guild?.id,
      soundboard_sounds: [],
    });
  socket.send(43, { guild_id: first?.id, fields: ['status', 'other'] });
  const { d } = await socket.next(({ t }) => t === 'CHANNEL_INFO');
  expect(d).toEqual({ guild_id: first?.id, channels: [{ id: d.channels[0].id, status: null }] });
});
