/** A bot in discord.py, where the machine has it (`apt-get install python3-discord`). */
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { people } from './sandbox-client.ts';
import { openSandboxProcess } from './sandbox-process.ts';

const program = fileURLToPath(new URL('discord_py_bot.py', import.meta.url));
// The machine's own Python comes second, for where another one stands before it in the path.
const python = ['python3', '/usr/bin/python3'].find(
  (candidate) => spawnSync(candidate, ['-c', 'import discord']).status === 0,
);

test('discord.py is ready, hears joins, leaves and messages, answers a command, and comes back', async ({
  skip,
}) => {
  if (python === undefined) return skip('no python3 here can import discord');
  const sandbox = await openSandboxProcess(3);
  const events = startBot(python, [program, sandbox.url, sandbox.config.botToken]);

  const ids = (await sandbox.guildsWithBot()).map(({ id }) => id as string);
  const ready = await events('ready');
  expect((ready.guilds as string[]).toSorted()).toEqual(ids.toSorted());

  const joined = await sandbox.control('POST', '/guilds', { name: '새 서버', bot: true });
  expect(await events('joined')).toMatchObject({ id: joined.id });
  await sandbox.control('DELETE', `/guilds/${joined.id}/bot`);
  expect(await events('left')).toMatchObject({ id: joined.id });

  const place = { guild_id: ids[0], user_id: people.owner.id };
  const content = `<@${sandbox.config.clientId}> 안녕`;
  const written = await sandbox.control('POST', '/messages', { ...place, content });
  expect(await events('heard')).toMatchObject({ content, members: 2 });
  const { body } = await sandbox.rest('GET', `/channels/${written.channel_id}/messages`);
  expect(body[0]).toMatchObject({
    content: 'hello back',
    message_reference: { message_id: written.id },
    attachments: [{ filename: 'note.txt' }],
  });

  const { id } = await sandbox.control('POST', '/interactions', { ...place, command: 'ping' });
  await expect
    .poll(async () => (await sandbox.control('GET', `/interactions/${id}`)).response?.content)
    .toBe('pong');

  await sandbox.control('POST', '/gateway', { action: 'drop' });
  const meanwhile = await sandbox.control('POST', '/guilds', { name: 'Meanwhile', bot: true });
  expect(await events('joined')).toMatchObject({ id: meanwhile.id });
  await events('resumed');
}, 60_000);

/** A line of the bot's. */
type Told = { event: string; [detail: string]: unknown };

/** Runs a bot for the running test. The function it gives waits for the next of all it tells of a kind. */
function startBot(command: string, programArguments: string[]) {
  const child = spawn(command, programArguments, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const told: Told[] = [];
  let wake: (() => void) | null = null;
  createInterface(child.stdout).on('line', (line) => {
    told.push(JSON.parse(line) as Told);
    wake?.();
  });
  return async (kind: string): Promise<Told> => {
    for (;;) {
      const index = told.findIndex(({ event }) => event === kind);
      const [found] = index === -1 ? [] : told.splice(index, 1);
      if (found) return found;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
}
