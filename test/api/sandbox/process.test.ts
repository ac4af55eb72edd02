/** The sandbox as a process: what it says when it starts, and when it cannot. */
import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { runSandbox } from './sandbox-process.ts';

test('it says where it is in one line, and stops when asked to', async () => {
  const { child, started, ended } = runSandbox({ SANDBOX_GUILDS: '3' });
  expect(await started).toMatch(/^sandbox: a small Discord at http:\/\/localhost:\d+\n$/);
  child.kill('SIGTERM');
  expect((await ended).code).toBe(0);
});

test('every wrong variable is named in one message', async () => {
  const { code, said } = await runSandbox({
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
  const { code, said } = await runSandbox({ SANDBOX_PORT: String(port) }).ended;
  expect([code, said]).toEqual([
    78,
    `sandbox: Port ${port} is in use. Set SANDBOX_PORT to another one.\n`,
  ]);
});

test('the token of a bot begins with the id of its application, whichever that is', async () => {
  const { started } = runSandbox({ SANDBOX_CLIENT_ID: '1234567890123456789' });
  const url = (await started).trim().split(' ').at(-1);
  const authorization = `Bot ${Buffer.from('1234567890123456789').toString('base64url')}.sandbox.bot-token`;
  const me = await fetch(`${url}/api/v10/users/@me`, { headers: { authorization } });
  expect(await me.json()).toMatchObject({ id: '1234567890123456789', bot: true });
});
