/** README's commands for a running Guildhall, taken from the README and run as they stand there. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Sandbox } from '../../sandbox/server.ts';
import { directoryForTest } from '../harness/directory-for-test.ts';
import { TestDiscord } from '../harness/discord.ts';
import { type Product, startProduct } from '../harness/processes.ts';
import { Visitor } from '../harness/visitor.ts';

const readme = readFileSync(path.resolve(import.meta.dirname, '../../README.md'), 'utf8');

/** What stands in the blocks of shell commands below a heading or a bold word. */
function commandsBelow(mark: string): string {
  return readme.split(mark)[1]?.split('```sh\n')[1]?.split('```')[0] ?? '';
}

/** Runs a command of the README, at the addresses of this product, in its directory. Gives what it printed. */
function run(product: Product, command: string): string {
  const here = command
    .replaceAll('localhost:8001', new URL(product.url).host)
    .replaceAll('localhost:8002', new URL(product.sandboxUrl).host)
    .replaceAll('curl ', 'curl -s ');
  return execFileSync('bash', ['-euc', here], {
    cwd: product.directory,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function signIn(product: Product): Promise<Visitor> {
  const discord = new TestDiscord({ url: product.sandboxUrl } as Sandbox);
  const visitor = new Visitor(product.url);
  const { location } = await visitor.get('/discord/login', { 'sec-fetch-dest': 'document' });
  await visitor.get(await discord.consent(location));
  writeFileSync(
    path.join(product.directory, 'jar'),
    [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
  );
  return visitor;
}

const isSignedIn = async (visitor: Visitor) =>
  (await visitor.api('/api/session')).data<{ user: object | null }>().user !== null;

describe('a running Guildhall', () => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct();
    await product.ready();
  });
  afterAll(() => product.discard());

  test("does what the README's commands for the sandbox say", async () => {
    const before = await product.countAtDiscord();
    const commands = readme
      .split('\n')
      .filter((line) => line.startsWith('curl ') && line.includes('localhost:8002'));
    expect(commands).toHaveLength(4);
    for (const command of commands) run(product, command);
    expect(await product.countAtDiscord()).toBe(before + 1);
  });

  test("answers the README's examples of the API", async () => {
    const examples = [...readme.matchAll(/^\| `([A-Z]+) (\/[^`]+)` .*\| `(curl [^`]+)` *\|$/gm)];
    expect(examples.length).toBeGreaterThan(10);
    // Some of them sign out, so each has a session of its own.
    for (const [, method = '', route = '', command = ''] of examples) {
      await signIn(product);
      const { data } = JSON.parse(
        run(product, 'curl -b "$(cat jar)" -H "x-csrf: 1" localhost:8001/api/sessions'),
      ) as { data: { sessions: { id: string }[] } };
      const id = data.sessions[0]?.id ?? '';
      if (route === '/api/events')
        expect(run(product, `timeout 2 ${command} || true`)).toContain('event: guild-count');
      else if (route === '/api/bot/avatar') {
        run(product, command);
        expect(existsSync(path.join(product.directory, 'bot.png'))).toBe(true);
      } else if (method === 'GET') expect(run(product, command)).toMatch(/"data":\{|HTTP\/1.1 403/);
      else
        expect(run(product, `${command.replace('/ID', `/${id}`)} -w '%{http_code}'`)).toBe('204');
    }
  });
});

test.runIf(spawnSync('sqlite3', ['--version']).status === 0)(
  'a backup made while it runs can be restored, and nobody is signed in by it',
  async () => {
    const product = await startProduct();
    onTestFinished(() => product.discard());
    await product.ready();
    const ended = await signIn(product);
    const kept = await signIn(product);
    run(product, commandsBelow('**Backup**'));
    await ended.copy().api('/api/logout', 'POST');
    const exited = product.ended;
    product.signal('SIGTERM');
    expect(await exited).toBe(0);

    const [tidy = '', copy = '', newSecret = ''] = commandsBelow('**Restoring**')
      .trim()
      .split('\n');
    run(product, `${tidy}\n${copy}`);
    const environment = {
      PORT: new URL(product.url).port,
      SANDBOX_PORT: new URL(product.sandboxUrl).port,
      DATA_DIR: path.join(product.directory, 'data'),
    };
    const restored = await startProduct(environment);
    onTestFinished(() => restored.discard());
    await restored.ready();
    expect(await isSignedIn(kept)).toBe(true);
    expect(await isSignedIn(ended)).toBe(true); // this is why the README has the third line
    await restored.stop();

    run(product, `${tidy}\n${copy}\n${newSecret}`);
    const safe = await startProduct(environment);
    onTestFinished(() => safe.discard());
    await safe.ready();
    expect(await isSignedIn(kept)).toBe(false);
    expect(await isSignedIn(ended)).toBe(false);
    await signIn(safe);
    await safe.stop();
    rmSync(path.join(product.directory, 'data'), { recursive: true, force: true });
  },
);

test.runIf(spawnSync('systemd-analyze', ['--version']).status === 0)(
  "systemd understands the README's units",
  () => {
    const units = [...readme.matchAll(/```ini\n# (\S+)\n([^`]+)```/g)];
    expect(units).toHaveLength(2);
    for (const [, file = '', text = ''] of units) {
      const unit = path.join(directoryForTest(), path.basename(file));
      // The program is not installed where the README puts it.
      writeFileSync(unit, text.replace('/opt/guildhall/node_modules/.bin/node', process.execPath));
      const { stderr } = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' });
      expect(stderr.split('\n').filter((line) => line.includes(path.basename(unit)))).toEqual([]);
    }
  },
);
