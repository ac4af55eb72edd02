/** A log that nobody reads, or that has no room, does not stop anybody from serving or from ending. */
import { execFileSync, spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { directoryForTest } from '../../harness/directory-for-test.ts';
import { freePort } from '../../harness/ports.ts';

const root = path.resolve(import.meta.dirname, '../../..');

/** Runs one of our programs with the standard output given. It is killed after the test. */
function run(program: string[], stdout: number | 'pipe', environment: Record<string, string> = {}) {
  const stdio: StdioOptions = ['ignore', stdout, 'inherit'];
  const child = spawn(process.execPath, program, {
    cwd: root,
    env: { PATH: process.env.PATH, ...environment },
    stdio,
  });
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    child,
    residentMb() {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
    },
    /** How it ends when told to, or that it does not. */
    async stop(): Promise<number | string> {
      child.kill('SIGTERM');
      return await Promise.race([ended, sleep(5_000, 'still running')]);
    },
  };
}

/** A named pipe. Its reader takes nothing until it is asked to. */
function openPipe() {
  const file = path.join(directoryForTest(), 'pipe');
  execFileSync('mkfifo', [file]);
  let reader = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(file, constants.O_WRONLY);
  let isOpen = true;
  const close = (): void => {
    if (isOpen) closeSync(reader);
    isOpen = false;
  };
  onTestFinished(() => {
    close();
    closeSync(writer);
  });
  return {
    writer,
    close,
    reopen() {
      reader = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
      isOpen = true;
    },
    /** All that is in it now. */
    read(): string {
      const chunk = Buffer.alloc(65_536);
      let text = '';
      try {
        for (let bytes = 1; bytes > 0; text += chunk.toString('utf8', 0, bytes))
          bytes = readSync(reader, chunk);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      }
      return text;
    },
  };
}

const stuck = {
  'a pipe whose reader has stopped': () => openPipe().writer,
  'a pipe whose reader has gone': () => {
    const pipe = openPipe();
    pipe.close();
    return pipe.writer;
  },
  'a full disk': () => {
    const full = openSync('/dev/full', 'w');
    onTestFinished(() => closeSync(full));
    return full;
  },
  'a socket that nobody reads': () => 'pipe' as const,
};

describe.each(Object.entries(stuck))('LG-07 with %s as its log', (_name, open) => {
  it('the BFF answers thousands of requests, and ends when told', async () => {
    const port = String(await freePort());
    const bff = run(['bff/main.ts'], open(), {
      DISCORD_CLIENT_ID: '1180000000000000000',
      DISCORD_CLIENT_SECRET: 'x',
      DISCORD_API_URL: 'http://127.0.0.1:9/api',
      PORT: port,
      DATA_DIR: directoryForTest(),
    });
    const ask = async () =>
      (await fetch(`http://127.0.0.1:${port}/api/session`, { headers: { 'x-csrf': '1' } })).status;
    await vi.waitFor(async () => expect(await ask()).toBe(200), { timeout: 15_000 });
    // A pipe takes 64 KiB before it is full, a line has some 200 bytes.
    for (let round = 0; round < 100; round += 1)
      expect(await Promise.all(Array.from({ length: 20 }, ask))).toEqual(Array(20).fill(200));
    expect(await bff.stop()).toBe(0);
  });

  it('the bot goes on, and ends when told', async () => {
    const directory = directoryForTest();
    const bot = run(['bot/main.ts'], open(), {
      DISCORD_BOT_TOKEN: 'a-token',
      DISCORD_API_URL: 'http://127.0.0.1:1/api',
      DATA_DIR: directory,
      LOG_LEVEL: 'trace',
    });
    const socket = path.join(directory, 'run', 'bot.sock');
    await vi.waitUntil(() => existsSync(socket), { timeout: 15_000 });
    await sleep(1_000); // time to log how Discord cannot be reached
    expect(bot.child.exitCode).toBeNull();
    expect(await bot.stop()).toBe(0);
  });

  it('memory stays as it is, at a hundred thousand lines a second', async () => {
    const writer = run([path.join(import.meta.dirname, 'log-writer.ts'), '100000'], open());
    await sleep(1_500);
    const before = writer.residentMb();
    await sleep(3_000); // some 30 MB of lines
    expect(writer.residentMb() - before).toBeLessThan(15);
    expect(await writer.stop()).toBe(0);
  });
});

describe('LG-07 when its reader comes back, the log', () => {
  it.each(['has stopped', 'has gone'])(
    'says in its place how many lines are lost, to the last one (%s)',
    async (how) => {
      const pipe = openPipe();
      const writer = run([path.join(import.meta.dirname, 'log-writer.ts'), '20000'], pipe.writer);
      let text = '';
      const readUntil = (end: string) =>
        vi.waitUntil(() => (text += pipe.read()).includes(end), { timeout: 10_000, interval: 1 });
      await readUntil('"number":100,');
      if (how === 'has gone') pipe.close();
      await sleep(2_000);
      if (how === 'has gone') pipe.reopen();
      await readUntil('log_lines_lost');
      writer.child.kill('SIGTERM');
      await readUntil('the last line');
      const lines = text.trimEnd().split('\n');
      // What was cut short by the reader's going is the one line that may be none.
      const parsed = lines.flatMap((line) => {
        try {
          return [JSON.parse(line) as { number?: number; lines?: number }];
        } catch {
          return [];
        }
      });
      expect(parsed.length).toBeGreaterThan(lines.length - 2);
      // Every number is there, or counted where it is missing.
      let last = 0;
      let missing = 0;
      for (const { number, lines: lost } of parsed)
        if (number === undefined) missing += lost ?? 0;
        else {
          if (how === 'has stopped') expect(number).toBe(last + missing + 1);
          [last, missing] = [number, 0];
        }
    },
  );

  it('lines of several processes on one pipe stay whole', async () => {
    const pipe = openPipe();
    const writers = [1, 2, 3].map(() =>
      run([path.join(import.meta.dirname, 'log-writer.ts'), '20000'], pipe.writer),
    );
    let text = '';
    const reader = setInterval(() => (text += pipe.read()), 1);
    await sleep(2_500);
    await Promise.all(writers.map((writer) => writer.stop()));
    clearInterval(reader);
    text += pipe.read();
    const lines = text.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(10_000);
    for (const line of lines) JSON.parse(line);
  });
});
