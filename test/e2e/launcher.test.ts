/** What start.ts stands up to: parts that die together or hang, its own death, and a terminal, a pipe or a port that is not there. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { directoryForTest } from '../harness/directory-for-test.ts';
import { freePorts, listProcesses, type PartName, startProduct } from '../harness/processes.ts';

const startFile = path.resolve(import.meta.dirname, '../../start.ts');
const parts: PartName[] = ['sandbox', 'bot', 'bff'];

async function start(environment: Record<string, string> = {}) {
  const product = await startProduct(environment);
  onTestFinished(() => product.discard());
  return product;
}

/** Runs a shell command in a process group of its own; `$START` in it is `node start.ts` on free ports. */
async function shell(command: string, stdin: 'pipe' | 'ignore' = 'ignore') {
  const [port, sandboxPort] = await freePorts();
  const directory = directoryForTest();
  const child = spawn('sh', ['-c', command], {
    cwd: directory,
    env: {
      PATH: process.env.PATH,
      START: `${process.execPath} ${startFile}`,
      PORT: port,
      SANDBOX_PORT: sandboxPort,
      DATA_DIR: path.join(directory, 'data'),
    },
    stdio: [stdin, 'pipe', 'pipe'],
    detached: true,
  });
  const { pid = 0 } = child;
  onTestFinished(() => killGroup(pid));
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  return { child, pid, ended, url: `http://localhost:${port}`, output: collect(child) };
}

function collect(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return () => text;
}

/** A terminal's processes are in a session of their own, so they are found by their parents. */
function descendants(pid: number): number[] {
  const children = listProcesses().filter(({ parent }) => parent === pid);
  return children.flatMap(({ pid }) => [pid].concat(descendants(pid)));
}

function killGroup(pid: number): void {
  for (const each of [pid, ...descendants(pid)])
    try {
      process.kill(each, 'SIGKILL');
    } catch {
      // It has ended.
    }
}

test('when every part is killed at once, all of them come back', async () => {
  const product = await start();
  await product.ready();
  const before = parts.map((part) => product.kill(part));
  await product.until('all are back', () =>
    parts.every((part, at) => ![null, before[at]].includes(product.pid(part))),
  );
  await product.until(
    'it serves again',
    async () =>
      await fetch(`${product.url}/api/guild-count`).then(
        ({ status }) => status === 200,
        () => false,
      ),
  );
  expect(product.launcher.exitCode).toBeNull();
  await product.stop();
});

test('when start.ts is killed its parts end, and the next start finds everything free', async () => {
  const product = await start();
  await product.ready();
  product.launcher.kill('SIGKILL');
  const next = spawn(process.execPath, [startFile], {
    cwd: product.directory,
    env: {
      PATH: process.env.PATH,
      PORT: new URL(product.url).port,
      SANDBOX_PORT: new URL(product.sandboxUrl).port,
      DATA_DIR: path.join(product.directory, 'data'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => killGroup(next.pid ?? 0));
  const output = collect(next);
  await expect.poll(output).toContain('Guildhall is at');
  await expect.poll(() => product.processes()).toEqual([]);
  expect(output()).not.toContain('another program');
  const ended = once(next, 'exit');
  next.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

test('a BFF that hangs is ended and started again', async () => {
  const product = await start();
  await product.ready();
  const hanging = product.pid('bff');
  // It is watched from its first answer on; the first question comes with the start.
  await sleep(6_000);
  product.freeze('bff');
  await product.until(
    'another BFF runs',
    () => ![null, hanging].includes(product.pid('bff')),
    90_000,
  );
  expect(product.log).toContain('bff does not answer any more');
  await product.until(
    'it serves again',
    async () =>
      await fetch(`${product.url}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      ),
  );
  await product.stop();
});

test('one with a reader that has stopped serves, starts its parts again, and ends when told', async () => {
  const product = await start();
  await product.ready();
  for (const stream of [product.launcher.stdout, product.launcher.stderr]) stream?.pause();
  for (let round = 0; round < 100; round += 1)
    await Promise.all(
      Array.from({ length: 20 }, () =>
        fetch(`${product.url}/api/session`, { headers: { 'x-csrf': '1' } }),
      ),
    );
  const killed = product.kill('bff');
  await product.until('the BFF is back', () => ![null, killed].includes(product.pid('bff')));
  const exited = once(product.launcher, 'exit');
  product.signal('SIGTERM');
  expect(await exited).toEqual([0, null]);
  expect(product.processes()).toEqual([]);
});

test('`npm start | tee log` and Ctrl-C ends in a moment, and leaves nothing', async () => {
  const run = await shell('$START | tee log');
  await expect.poll(run.output).toContain('Guildhall is at');
  process.kill(-run.pid, 'SIGINT'); // tee goes first
  await run.ended;
  await expect
    .poll(() => listProcesses().filter(({ group }) => group === run.pid), { timeout: 8_000 })
    .toEqual([]);
});

test.runIf(spawnSync('script', ['--version']).status === 0)(
  'in a terminal a request is one short line, what is routine is not said, and an outage has no stack',
  async () => {
    const run = await shell('exec script -qfec "$START" /dev/null', 'pipe');
    await expect.poll(run.output).toContain('Guildhall is at');
    await fetch(`${run.url}/api/guild-count`);
    await fetch(`${run.url}/healthz`);
    await fetch(`${run.url}/api/%1b%5b2J%0aforged`);
    const bot = descendants(run.pid).find((pid) =>
      listProcesses().some((each) => each.pid === pid && each.command.includes('bot/main.ts')),
    );
    process.kill(bot ?? 0, 'SIGKILL');
    await expect.poll(run.output).toContain('it is started again');
    await expect.poll(run.output).toContain('forged');
    run.child.stdin?.write('\x03');
    await run.ended;
    const lines = stripVTControlCharacters(run.output()).split(/\r?\n/);
    const requests = lines.filter((line) => / (?:GET|HEAD) \//.test(line));
    expect(
      requests.map((line) => line.replace(/^\d\d:\d\d:\d\d/, '').replace(/\d+ ms$/, '')),
    ).toEqual([' bff GET /api/guild-count 200 ', ' bff GET /api/%1b%5b2J%0aforged 404 ']);
    expect(lines.filter((line) => /^\s+at |\{"|x-request-id/.test(line))).toEqual([]);
    for (const line of lines) expect(line.length).toBeLessThan(200);
  },
);

test('what is wrong with the configuration is the last thing said', async () => {
  const product = await start({ LOG_LEVEL: 'debug', SESSION_SECRET: 'short' });
  expect(await product.ended).toBe(78);
  expect(product.log.trimEnd().split('\n').slice(-2)).toEqual([
    'The BFF cannot start:',
    expect.stringMatching(/^ {2}- SESSION_SECRET /),
  ]);
  expect(product.log).not.toContain('Guildhall is at');
});

test('with real credentials that Discord refuses, a warning says which and how to mend it, and where the redirect URI goes', async () => {
  const elsewhere = await start();
  await elsewhere.ready();
  const product = await start({
    DISCORD_CLIENT_ID: '1100000000000000001',
    DISCORD_CLIENT_SECRET: 'a-wrong-secret',
    DISCORD_BOT_TOKEN: 'MTEwMDAwMDAwMDAwMDAwMDAwMQ.sandbox.bot-token',
    DISCORD_AUTHORIZE_URL: `${elsewhere.sandboxUrl}/oauth2/authorize`,
    DISCORD_API_URL: `${elsewhere.sandboxUrl}/api`,
    DISCORD_CDN_URL: `${elsewhere.sandboxUrl}/cdn`,
  });
  await product.ready();
  expect(product.log).toContain(
    `to be registered at Discord (OAuth2 → Redirects): ${product.url}/discord/callback`,
  );
  await product.until('the doctor has spoken', () => product.log.includes('DISCORD_CLIENT_SECRET'));
  expect(product.log).toContain('✗ Client id and secret are accepted');
  expect(product.log).toContain('✗ Redirect URI registered at Discord');
  expect(product.log).not.toContain('✓');
  expect(product.log).not.toContain('a-wrong-secret');
  expect(elsewhere.log).not.toContain('to be registered at Discord');
  await product.stop();
  await elsewhere.stop();
});

test('a port of vite that is taken is named before anything starts in development', async () => {
  const other = createServer();
  // Whoever holds it: somebody does.
  await new Promise((resolve) =>
    other.once('error', resolve).listen(5173, '127.0.0.1', () => resolve(0)),
  );
  onTestFinished(() => void other.close());
  const run = await shell('$START --dev');
  expect(await run.ended).toBe(78);
  expect(run.output()).toBe(
    "Guildhall cannot start:\n  - vite's port 5173 is taken by another program; end that one\n",
  );
});
