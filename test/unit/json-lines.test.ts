import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  frameLines,
  lineTimeoutMs,
  maxBacklogBytes,
  maxLineBytes,
} from '../../shared/json-lines.ts';
import type { Channel } from '../../shared/rpc.ts';

let directory: string;
let server: Server;
let channel: Channel;
let peer: Socket;
let received: string[];
let closed: Promise<void>;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'json-lines-'));
  const path = join(directory, 'socket');
  server = createServer().listen(path);
  await once(server, 'listening');
  peer = connect(path).on('error', () => {});
  const [socket] = (await once(server, 'connection')) as [Socket];
  received = [];
  channel = frameLines(socket);
  channel.onMessage((text) => received.push(text));
  closed = new Promise((resolve) => channel.onClose(resolve));
});

afterEach(() => {
  vi.useRealTimers();
  peer.destroy();
  server.close();
  rmSync(directory, { recursive: true });
});

/** Writes pieces so that each arrives by itself, and waits until a line `end` has come after them. */
async function write(...pieces: (string | Buffer)[]) {
  for (const piece of pieces) {
    peer.write(piece);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  peer.write('end\n');
  await vi.waitFor(() => expect(received.at(-1)).toBe('end'));
  return received.slice(0, -1);
}

test('lines come one by one, however they were cut and joined', async () => {
  await expect(write('a\nb', 'c', '\n', 'd\ne\n')).resolves.toEqual(['a', 'bc', 'd', 'e']);
});

test('a character split between two pieces is whole again', async () => {
  const text = '서버 🏰';
  const bytes = Buffer.from(`${text}\n`);
  const pieces = [...bytes].map((byte) => Buffer.of(byte));
  await expect(write(...pieces)).resolves.toEqual([text]);
});

test('empty lines are nothing, and a carriage return is left to JSON, where it is white space', async () => {
  const lines = await write('\n\r\n{"a":1}\r\n\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([{ a: 1 }]);
});

test('a line of exactly the limit passes', async () => {
  const line = 'x'.repeat(maxLineBytes);
  await expect(write('first\n', `${line}\n`)).resolves.toEqual(['first', line]);
});

test('a line one byte longer closes the connection', async () => {
  peer.write(`${'x'.repeat(maxLineBytes + 1)}\n`);
  await closed;
  expect(received).toEqual([]);
});

test('a line that never ends is cut at the limit and takes no memory', async () => {
  const piece = Buffer.alloc(64 * 1024, 'x');
  const before = process.memoryUsage().arrayBuffers;
  let sent = 0;
  let most = 0;
  const watch = setInterval(
    () => (most = Math.max(most, process.memoryUsage().arrayBuffers - before)),
    1,
  );
  while (!peer.destroyed && sent < 64 * maxLineBytes) {
    sent += piece.length;
    await new Promise((written) => peer.write(piece, written));
  }
  await closed;
  clearInterval(watch);
  expect(sent).toBeLessThan(4 * maxLineBytes);
  expect(most).toBeLessThan(8 * maxLineBytes);
});

test('half a line and then silence closes the connection, a whole line does not', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const onClose = vi.fn();
  channel.onClose(onClose);
  peer.write('whole\n');
  await vi.waitUntil(() => received.length === 1);
  vi.advanceTimersByTime(lineTimeoutMs);
  expect(vi.getTimerCount()).toBe(0);

  peer.write('half');
  await vi.waitUntil(() => vi.getTimerCount() === 1);
  vi.advanceTimersByTime(lineTimeoutMs / 2);
  peer.write('more'); // a drip does not buy more time
  vi.advanceTimersByTime(lineTimeoutMs / 2);
  await closed;
});

test('bytes that are not UTF-8 close the connection', async () => {
  peer.write(Buffer.from([0x22, 0xc3, 0x28, 0x22, 0x0a]));
  await closed;
  expect(received).toEqual([]);
});

test('nothing is delivered any more once the receiver has closed', async () => {
  channel.onMessage((text) => {
    received.push(text);
    channel.close();
  });
  peer.pause(); // so that the close has to wait for it
  channel.send('x'.repeat(maxLineBytes));
  peer.write('a\nb\n');
  await vi.waitUntil(() => received.length > 0);
  peer.write('c\n');
  await closed;
  expect(received).toEqual(['a']);
});

test('what was sent before a close still arrives', async () => {
  channel.send('last words');
  channel.close();
  channel.send('too late');
  const [chunk] = (await once(peer, 'data')) as [Buffer];
  expect(chunk.toString()).toBe('last words\n');
  await closed;
});

test('what is sent in one turn arrives in order', async () => {
  const lines = Array.from({ length: 1000 }, (_, n) => `${n} 서버`);
  for (const line of lines) channel.send(line);
  let text = '';
  peer.on('data', (chunk) => (text += chunk));
  await vi.waitFor(() => expect(text.split('\n').length).toBe(1001));
  expect(text).toBe(`${lines.join('\n')}\n`);
});

test.each(['x', '서'])('a message of %j beyond the limit is refused here already', (letter) => {
  const bytes = Buffer.byteLength(letter);
  expect(() => channel.send(letter.repeat(maxLineBytes / bytes + 1))).toThrow(RangeError);
  channel.send(letter.repeat(Math.floor(maxLineBytes / bytes)));
});

test('a peer that does not read is given up when too much waits for it', async () => {
  peer.pause();
  const line = 'x'.repeat(maxLineBytes);
  const onClose = vi.fn();
  channel.onClose(onClose);
  for (let sent = 0; sent <= maxBacklogBytes / maxLineBytes + 1; sent += 1) {
    channel.send(line);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await closed;
  channel.send('into the void');
});

test('a peer that goes away is a close, not an error', async () => {
  channel.send('half read'.repeat(100_000));
  peer.destroy();
  await closed;
  channel.send('gone');
  channel.close();
});
