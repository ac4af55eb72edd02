/** The built files as they are sent: from memory, in the right coding, to clients of every kind. */
import { cpSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startBff } from '../../harness/bff.ts';
import { startBffProcess } from '../../harness/bff-process.ts';
import { directoryForTest } from '../../harness/directory-for-test.ts';
import { freePort } from '../../harness/ports.ts';
import { startProgram } from '../../harness/program.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const dist = path.join(root, 'web/dist');

/** The largest script of the build. */
const script = `/assets/${readdirSync(path.join(dist, 'assets')).find((name) => /^first-.*\.js$/.test(name))}`;
const plain = readFileSync(dist + script);

async function ourBff(): Promise<string> {
  const bff = await startBff();
  onTestFinished(() => bff.close());
  return bff.url;
}

type Raw = { status: number; headers: Headers; bytes: Buffer };

/** A request whose `Accept-Encoding` and answer nobody touches on the way; fetch would decode the one and add the other. */
async function ask(
  url: string,
  target: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Raw> {
  const { port } = new URL(url);
  return await new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.once('error', reject);
    socket.once('close', () => {
      const all = Buffer.concat(chunks);
      const end = all.indexOf('\r\n\r\n');
      const [start = '', ...lines] = all.subarray(0, end).toString('latin1').split('\r\n');
      resolve({
        status: Number(start.split(' ')[1]),
        headers: new Headers(lines.map((line) => line.split(/: ?(.*)/s, 2) as [string, string])),
        bytes: all.subarray(end + 4),
      });
    });
    const lines = Object.entries({ host: 'localhost', connection: 'close', ...headers });
    socket.write(
      `${method} ${target} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
    );
  });
}

describe('the coding of a file', () => {
  it.each([
    [undefined, null],
    ['', null],
    ['gzip', 'gzip'],
    ['br', 'br'],
    ['gzip, deflate, br', 'br'],
    ['gzip, deflate, br, zstd', 'br'],
    ['br;q=0, gzip', 'gzip'],
    ['br;q=0', null],
    ['br;q=0.0, gzip;q=0.000', null],
    ['br;q=0.5, gzip;q=0.9', 'gzip'],
    ['br ; q=0.5,gzip ;q=0.9', 'gzip'],
    ['gzip;q=0.5, identity;q=0.9', null],
    ['gzip;q=0.5, identity;q=0.4', 'gzip'],
    ['identity', null],
    ['*', 'br'],
    ['*;q=0', null],
    ['*;q=0, gzip', 'gzip'],
    ['*, br;q=0', 'gzip'],
    ['identity;q=0, *', 'br'],
    ['identity;q=0', null],
    ['BR', 'br'],
    ['x-gzip', 'gzip'],
    ['zstd', null],
    ['deflate, compress', null],
    ['brotli', null],
    ['br;q=banana', null],
    ['br;q=1.5', null],
    ['br;q=', null],
    [',,br,,', 'br'],
    ['gzip;level=1, br', 'br'],
  ])('for "Accept-Encoding: %s" is %s', async (accepted, coding) => {
    const url = await ourBff();
    const answer = await ask(
      url,
      script,
      accepted === undefined ? {} : { 'accept-encoding': accepted },
    );
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-encoding')).toBe(coding);
    expect(answer.headers.get('vary')).toBe('accept-encoding');
    expect(Number(answer.headers.get('content-length'))).toBe(answer.bytes.length);
    const decode =
      { br: brotliDecompressSync, gzip: gunzipSync }[coding ?? ''] ?? ((bytes: Buffer) => bytes);
    expect(decode(answer.bytes).equals(plain)).toBe(true);
  });
});

describe('a client that has a file already', () => {
  it('is told so, whatever the list and however weak the tag', async () => {
    const url = await ourBff();
    const { headers } = await ask(url, script);
    const etag = headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]+"$/);
    const same = [etag, `W/${etag}`, `"x", ${etag}`, `W/"a,b" ,W/${etag},"c"`, '*', ' * '];
    for (const tags of same) {
      const answer = await ask(url, script, { 'if-none-match': tags });
      expect(answer.status, tags).toBe(304);
      expect(answer.bytes.length).toBe(0);
      expect(answer.headers.get('etag')).toBe(etag);
      expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(answer.headers.get('vary')).toBe('accept-encoding');
      expect(answer.headers.get('content-length')).toBeNull();
    }
    for (const tags of ['"x"', etag.slice(1, -1), `${etag.slice(0, -1)}x"`, '', '"*"', 'W/']) {
      expect((await ask(url, script, { 'if-none-match': tags })).status, tags).toBe(200);
    }
  });

  it('has it in one coding, which another coding is not', async () => {
    const url = await ourBff();
    const tags = new Set<string | null>();
    for (const coding of ['br', 'gzip', 'identity'])
      tags.add((await ask(url, script, { 'accept-encoding': coding })).headers.get('etag'));
    expect(tags.size).toBe(3);
    const [br = ''] = tags;
    const question = { 'if-none-match': String(br) };
    expect((await ask(url, script, { ...question, 'accept-encoding': 'br' })).status).toBe(304);
    expect((await ask(url, script, { ...question, 'accept-encoding': 'gzip' })).status).toBe(200);
  });
});

it.each([
  'bytes=5-2',
  'bytes=0-9',
  'bytes=-5',
  'bytes=999999999-',
  'bytes=0-0,4-4',
  'lines=1',
  '=',
])('a file is sent whole to a client that asks for the range "%s"', async (range) => {
  const url = await ourBff();
  const answer = await ask(url, script, { range });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('accept-ranges')).toBe('none');
  expect(answer.headers.get('content-range')).toBeNull();
  expect(answer.bytes.equals(plain)).toBe(true);
});

/** An answer without its body and what differs each time. */
const without = ({ status, headers }: Raw) => ({
  status,
  headers: Object.fromEntries(
    [...headers].filter(([name]) => name !== 'date' && name !== 'x-request-id'),
  ),
});

it.each([
  script,
  '/icon.svg',
  '/favicon.ico',
  '/discord/dashboard',
  '/wp-admin',
  '/manifest.webmanifest',
])('HEAD of %s says what GET would, without its body', async (target) => {
  const url = await ourBff();
  const question = { 'accept-encoding': 'gzip' };
  const get = await ask(url, target, question);
  const head = await ask(url, target, question, 'HEAD');
  expect(head.bytes.length).toBe(0);
  expect(without(head)).toEqual(without(get));
});

it('each kind of file has its type, and icons are what their names say', async () => {
  const url = await ourBff();
  const types = {
    [script]: 'text/javascript; charset=utf-8',
    '/icon.svg': 'image/svg+xml; charset=utf-8',
    '/favicon.ico': 'image/x-icon',
    '/apple-touch-icon.png': 'image/png',
    '/robots.txt': 'text/plain; charset=utf-8',
    '/licenses.txt': 'text/plain; charset=utf-8',
    '/manifest.webmanifest': 'application/manifest+json; charset=utf-8',
  };
  for (const [target, type] of Object.entries(types))
    expect((await ask(url, target)).headers.get('content-type'), target).toBe(type);
  const icon = await ask(url, '/favicon.ico');
  expect([...icon.bytes.subarray(0, 4)]).toEqual([0, 0, 1, 0]);
});

it.each([
  '/pages.json',
  `${script}.br`,
  `${script}.gz`,
  '/assets',
  '/assets/',
  '/assets/gone-1.js',
])('%s is no file for anybody', async (target) => {
  const url = await ourBff();
  const answer = await ask(url, target);
  expect(answer.status).toBe(404);
  expect(answer.headers.get('cache-control')).toBe('no-cache');
});

it('what is bundled is named with its licence', async () => {
  const url = await ourBff();
  const text = (await ask(url, '/licenses.txt')).bytes.toString();
  for (const name of [
    'react',
    'react-dom',
    'react-router',
    '@tanstack/query-core',
    '@base-ui/react',
  ])
    expect(text).toMatch(new RegExp(`^## ${name} - \\d`, 'm'));
  expect(text).toContain('Permission is hereby granted, free of charge');
});

const openFiles = (pid: number | undefined) => readdirSync(`/proc/${pid}/fd`).length;

/** Opens a connection, writes, reads a little, and hangs up. */
async function breakOff(url: string, text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket: Socket = connect(Number(new URL(url).port), '127.0.0.1', () =>
      socket.write(text),
    );
    socket.once('data', () => socket.destroy());
    socket.once('error', reject);
    socket.once('close', () => resolve());
  });
}

const linuxIt = it.skipIf(process.platform !== 'linux');

linuxIt.each([
  ['one a connection', 1_000, 1],
  ['all through one connection', 1, 1_000],
])(
  '1,000 downloads broken off half-way, %s, leave no file open',
  async (_how, connections, each) => {
    const bff = await startBffProcess();
    const download = `GET ${script} HTTP/1.1\r\nhost: localhost\r\n\r\n`.repeat(each);
    await breakOff(bff.url, download); // whatever is opened once is open now
    const before = openFiles(bff.child.pid);
    for (let begun = 0; begun < connections; begun += 50)
      await Promise.all(
        Array.from({ length: Math.min(50, connections - begun) }, () =>
          breakOff(bff.url, download),
        ),
      );
    await expect
      .poll(() => openFiles(bff.child.pid), { timeout: 10_000 })
      .toBeLessThanOrEqual(before);
    expect((await fetch(`${bff.url}/discord/dashboard`)).status).toBe(200);
  },
);

it('a build beneath a running BFF changes nothing until it is started again', async () => {
  const copy = directoryForTest();
  for (const name of ['bff', 'shared', 'package.json', 'web/dist'])
    cpSync(path.join(root, name), path.join(copy, name), { recursive: true });
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  const port = String(await freePort());
  const program = startProgram(path.relative(root, path.join(copy, 'bff/main.ts')), {
    DISCORD_CLIENT_ID: '1180000000000000000',
    DISCORD_CLIENT_SECRET: 'sandbox-client-secret',
    PORT: port,
    DATA_DIR: path.join(copy, 'data'),
  });
  const url = `http://localhost:${port}`;
  await expect.poll(program.output, { timeout: 15_000 }).toContain('"event":"listening"');
  const page = await ask(url, '/discord/dashboard');
  rmSync(path.join(copy, 'web/dist'), { recursive: true });
  expect((await ask(url, '/discord/dashboard')).bytes.equals(page.bytes)).toBe(true);
  expect((await ask(url, script)).bytes.equals(plain)).toBe(true);
  expect(program.child.exitCode).toBeNull();
});
