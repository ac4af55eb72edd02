/**
 * Run before the tests: sees to it that there is a Chromium for the browser tests. Takes the machine's own, installs
 * Debian's where it may, and otherwise says in one sentence what to do.
 */
import { spawnSync } from 'node:child_process';
import { findBrowser } from './browser-executable.ts';

// fonts-nanum: a Chromium alone has no Hangul, and Korean pages would be tested in empty boxes.
const packages = ['chromium', 'fonts-nanum'];
const installation = `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`;

if (findBrowser() === null) install();

function install(): void {
  const isRoot = process.getuid?.() === 0;
  if (!succeeds('apt-get', '--version') || !(isRoot || succeeds('sudo', '-n', 'true'))) {
    fail(
      `The browser tests need Chromium or Chrome: install it (on Debian: sudo sh -c '${installation}') or name yours in CHROMIUM_PATH.`,
    );
    return;
  }
  console.log(`No Chromium here yet; installing Debian's: ${installation}`);
  const command = `DEBIAN_FRONTEND=noninteractive; export DEBIAN_FRONTEND; ${installation}`;
  const run = spawnSync(isRoot ? 'sh' : 'sudo', [...(isRoot ? [] : ['-n', 'sh']), '-c', command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (run.status === 0 && findBrowser() !== null) return;
  const lastWords = `${run.stdout}${run.stderr}`.trim().split('\n').slice(-10).join('\n');
  fail(
    `Chromium could not be installed; run \`${installation}\` by hand, or name yours in CHROMIUM_PATH. It said:\n${lastWords}`,
  );
}

function succeeds(command: string, ...words: string[]): boolean {
  return spawnSync(command, words, { stdio: 'ignore' }).status === 0;
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}
