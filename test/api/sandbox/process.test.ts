/** The sandbox as a process: what it says when it starts, and when it cannot. */
import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const main = fileURLToPath(new URL('../../../sandbox/main.ts', import.meta.url));

/** Runs the sandbox; `said` is all it prints to the end, `started` its first line. */
function run(variables: Record<string, string>) {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  const started = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => {
        said += data.toString();
        if (said.includes('\n')) resolve(said);
      });
  });
  const ended = new Promise<{ code: number | null; said: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, said }));
  });
  return { child, started, ended };
}

test('it says where it is in one line, and stops when asked to', async () => {
  const { child, started, ended } = run({ SANDBOX_PORT: '0', SANDBOX_GUILDS: '3' });
  expect(await started).toMatch(/^sandbox: a small Discord at http:\/\/localhost:\d+\n$/);
  child.kill('SIGTERM');
  expect((await ended).code).toBe(0);
});

test('every wrong variable is named in one message', async () => {
  const { code, said } = await run({
    SANDBOX_PORT: '70000',
    SANDBOX_CLIENT_ID: 'me',
    SANDBOX_GUILDS: 'many',
    SANDBOX_REDIRECT_URIS: 'here,there',
    SANDBOX_PUBLIC_URL: 'ftp://sandbox',
  }).ended;
  expect(code).toBe(78);
  for (const name of ['PORT', 'CLIENT_ID', 'GUILDS', 'REDIRECT_URIS', 'PUBLIC_URL'])
    expect(said).toContain(`SANDBOX_${name}: `);
  expect(said).not.toContain('    at ');
});

test('a port in use is said in a sentence', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  const { code, said } = await run({ SANDBOX_PORT: String(port) }).ended;
  expect([code, said]).toEqual([
    78,
    `sandbox: Port ${port} is in use. Set SANDBOX_PORT to another one.\n`,
  ]);
});

test('the token of a bot begins with the id of its application, whichever that is', async () => {
  const { started } = run({ SANDBOX_PORT: '0', SANDBOX_CLIENT_ID: '1234567890123456789' });
  const url = (await started).trim().split(' ').at(-1);
  const authorization = `Bot ${Buffer.from('1234567890123456789').toString('base64url')}.sandbox.bot-token`;
  const me = await fetch(`${url}/api/v10/users/@me`, { headers: { authorization } });
  expect(await me.json()).toMatchObject({ id: '1234567890123456789', bot: true });
});
