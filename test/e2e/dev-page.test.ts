/** `npm run dev`, in a copy of the tree that the test may change. */
import { spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { paths } from '../../shared/pages.ts';
import { launchBrowser, openProfile, seesFreshness, signIn } from '../harness/browser.ts';
import { freePorts, listProcesses } from '../harness/processes.ts';

const root = path.resolve(import.meta.dirname, '../..');
const notCopied = new Set(['.git', '.env', 'data', 'docs', 'node_modules', 'test']);

/** A copy of the tree with the packages of the original, and a cache of its own for vite. It goes away with the test. */
function copyTree(): string {
  const copy = mkdtempSync(path.join(tmpdir(), 'guildhall-dev-'));
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
  for (const name of readdirSync(root).filter((name) => !notCopied.has(name)))
    cpSync(path.join(root, name), path.join(copy, name), {
      recursive: true,
      filter: (source) => !source.endsWith(path.join('web', 'dist')),
    });
  mkdirSync(path.join(copy, 'node_modules'));
  for (const name of readdirSync(path.join(root, 'node_modules')))
    if (!/^\.(?:vite|prerender)/.test(name))
      symlinkSync(path.join(root, 'node_modules', name), path.join(copy, 'node_modules', name));
  return copy;
}

/**
 * Changes one text in one file of a room, wherever in the room it stands, in one step as editors do: a watcher that looked
 * in between would find the file empty.
 */
function change(copy: string, room: string, from: string, to: string): void {
  const files = readdirSync(path.join(copy, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:tsx?|css)$/.test(name))
    .map((name) => path.join(copy, room, name));
  const file = files.find((name) => readFileSync(name, 'utf8').includes(from));
  if (file === undefined) throw new Error(`"${from}" stands nowhere in ${room}`);
  const draft = path.join(copy, 'draft');
  writeFileSync(draft, readFileSync(file, 'utf8').replace(from, to));
  renameSync(draft, file);
}

async function startDevelopment(copy: string) {
  const [[port, sandboxPort], [pagePort]] = [await freePorts(), await freePorts()];
  const launcher = spawn(process.execPath, ['start.ts', '--dev'], {
    cwd: copy,
    env: {
      PATH: process.env.PATH,
      PORT: port,
      SANDBOX_PORT: sandboxPort,
      PUBLIC_URL: `http://localhost:${pagePort}`,
      DATA_DIR: path.join(copy, 'data'),
      SITE_NAME: 'Workbench',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a process group of its own, so that Ctrl-C can be pressed in it
  });
  let log = '';
  for (const stream of [launcher.stdout, launcher.stderr])
    stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const ended = new Promise((resolve) =>
    launcher.once('exit', (code, signal) => resolve(code ?? signal)),
  );
  const processes = () => listProcesses().filter(({ group }) => group === launcher.pid);
  onTestFinished(() => {
    for (const { pid } of processes()) process.kill(pid, 'SIGKILL');
  });
  return {
    url: `http://localhost:${pagePort}`,
    log: () => log,
    processes,
    pids: (main: string) =>
      processes()
        .filter(({ command }) => command.includes(main))
        .map(({ pid }) => pid),
    async pressCtrlC() {
      process.kill(-(launcher.pid ?? Number.NaN), 'SIGINT');
      return await Promise.race([ended, sleep(20_000, 'still running')]);
    },
  };
}

test('npm run dev shows the page, brings a changed word and style without a reload, restarts bot and BFF, and leaves nothing', async () => {
  const copy = copyTree();
  const development = await startDevelopment(copy);
  const { url } = development;
  await expect
    .poll(async () => (await fetch(`${url}/healthz`).catch(() => null))?.status, {
      timeout: 60_000,
      message: 'vite and the BFF answer',
    })
    .toBe(200);
  const browser = await launchBrowser();
  onTestFinished(() => browser.close());
  const page = await (await openProfile(browser, url)).newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));

  // vite finds out which packages to bundle while the first page loads, and loads it once more when it has.
  await page.goto(paths.dashboard);
  await seesFreshness(page, 'live');
  await page.goto(paths.dashboard);
  await seesFreshness(page, 'live');
  expect(await page.title()).toBe('Discord bot Dashboard · Workbench');
  await page.evaluate(() => (document.body.dataset.seen = 'since the beginning'));
  const seen = () => page.evaluate(() => document.body.dataset.seen);

  const login = page.getByRole('link', { name: 'with Discord' });
  change(copy, 'web/i18n', 'Log in with Discord', 'Come in with Discord');
  await page.getByRole('link', { name: 'Come in with Discord' }).waitFor();
  expect(await seen()).toBe('since the beginning');

  change(copy, 'web', '--login: #ea461e', '--login: #1e46ea');
  await expect
    .poll(() => login.evaluate((link) => getComputedStyle(link).backgroundColor))
    .toBe('rgb(30, 70, 234)');
  expect(await seen()).toBe('since the beginning');

  change(copy, 'bff', "status: 'ok'", "status: 'well'");
  await expect
    .poll(async () => await (await fetch(`${url}/healthz`)).text(), { timeout: 20_000 })
    .toContain('well');

  const bots = development.pids('bot/main.ts');
  change(copy, 'bot', '/**', '/* changed */ /**');
  await expect
    .poll(() => development.pids('bot/main.ts').some((pid) => !bots.includes(pid)), {
      timeout: 20_000,
    })
    .toBe(true);
  await seesFreshness(page, 'live');
  expect(await seen()).toBe('since the beginning');

  await signIn(page, 'Sam Carter');
  expect(page.url()).toBe(url + paths.guilds);
  await page.getByRole('article').first().waitFor();
  expect(errors).toEqual([]);

  expect(await development.pressCtrlC(), development.log().slice(-2_000)).toBe(0);
  await expect.poll(() => development.processes()).toEqual([]);
});
