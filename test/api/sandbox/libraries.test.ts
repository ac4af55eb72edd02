/** Bots in the libraries people write them with, against the sandbox as a process of its own. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { libraries } from './libraries.ts';
import { people } from './sandbox-client.ts';
import { openSandboxProcess } from './sandbox-process.ts';

const patience = { timeout: 15_000, interval: 25 };

test.each(Object.entries(libraries))(
  '%s is ready, hears joins, leaves and messages, answers a command, and comes back',
  { timeout: 60_000 },
  async (_name, start) => {
    const sandbox = await openSandboxProcess(3);
    const bot = await start(sandbox);
    onTestFinished(async () => void (await bot.close()));
    const known = () => [...bot.guildIds()].toSorted();
    const expectGuilds = async (ids: string[]) =>
      vi.waitFor(() => expect(known()).toEqual(ids.toSorted()), patience);

    const ids = (await sandbox.guildsWithBot()).map(({ id }) => id as string);
    await expectGuilds(ids);

    const joined = await sandbox.control('POST', '/guilds', { name: '새 서버', bot: true });
    await expectGuilds([...ids, joined.id]);
    await sandbox.control('DELETE', `/guilds/${joined.id}/bot`);
    await expectGuilds(ids);

    await bot.registerPing();
    const place = { guild_id: ids[0], user_id: people.owner.id };
    const { id } = await sandbox.control('POST', '/interactions', { ...place, command: 'ping' });
    await vi.waitFor(async () => {
      const { response } = await sandbox.control('GET', `/interactions/${id}`);
      expect(response?.content).toBe('pong');
    }, patience);

    const content = `<@${sandbox.config.clientId}> 안녕`;
    const written = await sandbox.control('POST', '/messages', { ...place, content });
    await vi.waitFor(() => expect(bot.heard).toContain(content), patience);
    await bot.say(written.channel_id, 'hello back');
    const { body } = await sandbox.rest('GET', `/channels/${written.channel_id}/messages`);
    expect(body[0]).toMatchObject({ content: 'hello back', author: { bot: true } });

    const starts = async () =>
      (await sandbox.rest('GET', '/gateway/bot')).body.session_start_limit.remaining as number;
    const before = await starts();
    await sandbox.control('POST', '/gateway', { action: 'drop' });
    const meanwhile = await sandbox.control('POST', '/guilds', { name: 'Meanwhile', bot: true });
    await expectGuilds([...ids, meanwhile.id]);
    expect(await starts(), 'it resumed, and did not identify anew').toBe(before);
  },
);
