import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startBffProcess } from '../../harness/bff-process.ts';
import { directoryForTest } from '../../harness/directory-for-test.ts';
import { people, startDiscord } from '../../harness/discord.ts';
import { startFakeBot } from '../../harness/fake-bot.ts';
import { freePort } from '../../harness/ports.ts';
import { startProgram } from '../../harness/program.ts';
import { canMountDisks, mountSmallDisk } from '../../harness/small-disk.ts';
import { Stack } from '../../harness/stack.ts';
import type { Visitor } from '../../harness/visitor.ts';

/** A Discord, and a BFF process whose data lies in `directory`. */
async function startProcess(directory: string) {
  const port = await freePort();
  const discord = await startDiscord(`http://localhost:${port}`);
  onTestFinished(() => discord.close());
  const bff = await startBffProcess({
    ...discord.environment,
    PORT: String(port),
    DATA_DIR: directory,
    BOT_SOCKET: path.join(directoryForTest(), 'bot.sock'),
  });
  return { bff, stack: new Stack(discord, { url: bff.url } as never) };
}

describe('a database that another process keeps locked', () => {
  it('AV-09 holds up neither the count, nor the stream, nor who is signed in; a sign-out says that it failed', async () => {
    const directory = directoryForTest();
    const bot = await startFakeBot(path.join(directory, 'run', 'bot.sock'), ['300000000000000001']);
    onTestFinished(() => bot.close());
    const port = await freePort();
    const discord = await startDiscord(`http://localhost:${port}`);
    onTestFinished(() => discord.close());
    const bff = await startBffProcess({
      ...discord.environment,
      PORT: String(port),
      DATA_DIR: directory,
      SESSION_IDLE_SECONDS: '600', // seen is written after six seconds
    });
    const stack = new Stack(discord, { url: bff.url } as never);
    const visitor = await stack.signedIn();
    const stream = await openStream(bff.url);
    await vi.waitFor(async () => expect((await visitor.get('/api/guild-count')).status).toBe(200));

    const holder = new DatabaseSync(path.join(directory, 'guildhall.db'));
    onTestFinished(() => holder.close());
    holder.exec('begin exclusive');
    const lockedAt = performance.now();
    const signingOut = visitor.copy().api('/api/logout', 'POST');
    signingOut.catch(() => {}); // looked at below
    let slowestMs = 0;
    for (let count = 2; performance.now() - lockedAt < 8_000; count += 1) {
      const askedAt = performance.now();
      expect((await visitor.get('/api/guild-count')).status).toBe(200);
      expect(await stack.whoIs(visitor)).toMatchObject({ id: people.member.id });
      slowestMs = Math.max(slowestMs, performance.now() - askedAt);
      bot.change(count);
      await sleep(100);
    }
    expect(slowestMs).toBeLessThan(1_500);
    expect(stream.events()).toBeGreaterThan(20);
    const answer = await signingOut;
    expect([answer.status, answer.errorCode()]).toEqual([503, 'storage_unavailable']);
    expect((await stack.visitor().get('/discord/login')).location).toContain(
      'error=storage_unavailable',
    );
    holder.exec('rollback');
    expect((await visitor.api('/api/logout', 'POST')).status).toBe(204);
    expect(await stack.isAnonymous(visitor)).toBe(true);
  });
});

/** A live stream, and how many events have come on it. */
async function openStream(url: string) {
  let text = '';
  const asking = request(`${url}/api/events`).end();
  asking.on('error', () => undefined);
  onTestFinished(() => void asking.destroy());
  await new Promise<void>((resolve) =>
    asking.once('response', (response) => {
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('error', () => undefined);
      resolve();
    }),
  );
  return { events: () => text.split('event: guild-count').length - 1 };
}

describe.runIf(canMountDisks)('a disk that is full', () => {
  it('AV-09 turns nobody away who reads, lets everybody sign out, and lets nobody in until there is room', async () => {
    const disk = mountSmallDisk(6);
    const { bff, stack } = await startProcess(disk.directory);
    const visitors: Visitor[] = [];
    for (let number = 0; number < 30; number += 1)
      visitors.push(await stack.signedIn(number % 2 ? people.member.id : people.owner.id));
    disk.fill();
    for (const visitor of visitors) {
      expect(await stack.whoIs(visitor)).not.toBeNull();
      expect((await visitor.api('/api/guilds')).status).toBe(200);
    }
    const refused = await stack.visitor().get('/discord/login');
    expect(refused.location).toContain('error=storage_unavailable');

    for (const visitor of visitors) {
      const stolen = visitor.copy();
      expect((await visitor.api('/api/logout', 'POST')).status).toBe(204);
      expect(await stack.whoIs(stolen)).toBeNull();
      disk.fill(); // whoever fills it takes what we gave up, too
    }
    disk.free();
    const again = await stack.signedIn();
    expect((await again.api('/api/guilds')).status).toBe(200);
    expect(bff.output()).not.toMatch(/"level":60|unhandled/);
  });

  it('AV-09 lets a person sign out everywhere, at the first try', async () => {
    const disk = mountSmallDisk(6);
    const { stack } = await startProcess(disk.directory);
    const [first, second] = [await stack.signedIn(), await stack.signedIn()];
    disk.fill();
    expect((await first.api('/api/logout-everywhere', 'POST')).status).toBe(204);
    expect(await stack.isAnonymous(second)).toBe(true);
  });
});

/** Starts a BFF that is to end by itself, and gives its code and what it said. */
async function startAndEnd(
  directory: string,
  environment: Record<string, string> = {},
): Promise<{ code: number | null; output: string }> {
  const program = startProgram('bff/main.ts', {
    DISCORD_CLIENT_ID: '1180000000000000000',
    DISCORD_CLIENT_SECRET: 'sandbox-client-secret',
    PORT: String(await freePort()),
    DATA_DIR: directory,
    ...environment,
  });
  return await program.ended;
}

/** A directory with a database that was used and closed. */
async function usedDirectory(): Promise<{ directory: string; file: string }> {
  const directory = directoryForTest();
  const bff = await startBffProcess({ DATA_DIR: directory });
  bff.child.kill('SIGTERM');
  await bff.ended;
  return { directory, file: path.join(directory, 'guildhall.db') };
}

describe('a database that can’t be used', () => {
  const spoiled: [string, (file: string) => void, RegExp][] = [
    ['is no database', (file) => writeFileSync(file, randomBytes(20_000)), /damaged.*backup/],
    ['is text', (file) => writeFileSync(file, 'Dear diary,\n'.repeat(500)), /damaged/],
    ['was cut in the middle', (file) => truncateSync(file, 20_480), /damaged/],
    [
      'is damaged inside',
      (file) => {
        const bytes = readFileSync(file);
        bytes.fill(0xa5, 100, 4_096);
        writeFileSync(file, bytes);
      },
      /damaged/,
    ],
    [
      'is a newer version’s',
      (file) =>
        change(
          file,
          "insert into kysely_migration values ('0099-what-comes', '2030-01-01T00:00:00Z')",
        ),
      /newer version \(0099-what-comes\); update/,
    ],
    [
      'was made before the first release',
      (file) => change(file, "update kysely_migration set name = '0001-logins-sessions-tokens'"),
      /before the first release; move it away/,
    ],
    [
      'is a directory',
      (file) => {
        rmSync(file);
        mkdirSync(file);
      },
      /is a directory; name a file/,
    ],
  ];

  it.each(spoiled)(
    'AV-09 that %s ends the start with 78, the file and the cure',
    async (_, spoil, cure) => {
      const { directory, file } = await usedDirectory();
      spoil(file);
      const { code, output } = await startAndEnd(directory);
      expect(output).toMatch(cure);
      expect(output).toContain(file);
      expect(output).toContain('DATABASE_URL');
      expect(output).not.toMatch(/\n\s+at /);
      expect(code).toBe(78);
    },
  );

  it('AV-09 that lies beneath a file ends the start with 78', async () => {
    const directory = directoryForTest();
    writeFileSync(path.join(directory, 'file'), '');
    const { code, output } = await startAndEnd(directory, {
      DATABASE_URL: path.join(directory, 'file', 'guildhall.db'),
    });
    expect(output).toMatch(/beneath a file/);
    expect(code).toBe(78);
  });

  it.runIf(process.getuid?.() === 0)(
    'AV-09 that belongs to somebody else ends the start with 78, and is not touched',
    async () => {
      const { directory, file } = await usedDirectory();
      const before = readFileSync(file);
      const program = startAs(65_534, directory);
      // nobody may look into the directory and read the file, and no more
      chmodSync(directory, 0o755);
      chmodSync(file, 0o644);
      const { code, output } = await program();
      expect(output).toMatch(/can't be read and written; give this user the right/);
      expect(code).toBe(78);
      expect(readFileSync(file)).toEqual(before);
    },
  );

  it('AV-09 that is locked at the start is waited for', async () => {
    const { directory, file } = await usedDirectory();
    const holder = new DatabaseSync(file);
    onTestFinished(() => holder.close());
    holder.exec('begin exclusive');
    setTimeout(() => holder.exec('rollback'), 6_000);
    const startedAt = performance.now();
    const bff = await startBffProcess({ DATA_DIR: directory });
    expect(performance.now() - startedAt).toBeGreaterThan(5_000);
    expect(bff.output()).not.toMatch(/"level":[56]0/);
  });
});

function change(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

/** A start in `directory` as another user, prepared while it still may read what it needs. */
function startAs(uid: number, directory: string) {
  return async () => {
    chownSync(path.join(directory, 'session-secret'), uid, uid);
    const wrapper = path.join(directoryForTest(), 'as-user.ts');
    writeFileSync(
      wrapper,
      `process.setgid(${uid}); process.setuid(${uid}); await import(${JSON.stringify(path.resolve('bff/main.ts'))});`,
    );
    chmodSync(path.dirname(wrapper), 0o755);
    return await startProgram(path.relative(process.cwd(), wrapper), {
      DISCORD_CLIENT_ID: '1180000000000000000',
      DISCORD_CLIENT_SECRET: 'sandbox-client-secret',
      PORT: String(await freePort()),
      DATA_DIR: directory,
      BOT_SOCKET: path.join(directory, 'bot.sock'),
    }).ended;
  };
}

describe('files of the database', () => {
  it('SE-21 are their owner’s alone from the first instant, under a umask of 0 too', async () => {
    const directory = path.join(directoryForTest(), 'data');
    const umask = process.umask(0);
    const bff = startBffProcess({ DATA_DIR: directory }).finally(() => process.umask(umask));
    const seen = new Map<string, number>();
    const started = new AbortController();
    void bff.finally(() => started.abort()).catch(() => {});
    while (!started.signal.aborted) {
      look(directory, seen);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await bff;
    look(directory, seen);
    expect(
      [...seen.keys()].filter((name) => name.startsWith('guildhall.db')).length,
    ).toBeGreaterThan(2);
    for (const [name, modes] of seen) expect(modes & 0o077, name).toBe(0);
  });
});

/** Adds up every permission that any file of the directory has now. */
function look(directory: string, seen: Map<string, number>): void {
  try {
    seen.set('.', (seen.get('.') ?? 0) | (statSync(directory).mode & 0o777));
    for (const name of readdirSync(directory))
      seen.set(name, (seen.get(name) ?? 0) | (statSync(path.join(directory, name)).mode & 0o777));
  } catch (error) {
    // Not there yet, or gone between two looks.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
