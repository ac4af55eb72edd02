import { expect, test, vi } from 'vitest';
import { protocolVersion } from '../../../shared/ipc.ts';
import { greetBot } from './bot-client.ts';
import { startBot } from './bot-process.ts';
import { startDiscord } from './discord.ts';
import { startGatewayInBetween } from './gateway-in-between.ts';

test("the bot's new name and picture are told at once, and to whoever comes later", async () => {
  const discord = await startDiscord({ guilds: 1 });
  const between = await startGatewayInBetween(discord.env.DISCORD_API_URL);
  const bot = startBot({ env: { ...discord.env, DISCORD_API_URL: between.apiUrl } });
  await bot.logged('connected to Discord');
  const client = await greetBot(bot.socketPath);
  const hello = { protocol: protocolVersion, client: 'test' };
  const { bot: before } = await client.call('hello', hello);

  const user = { id: before.id, discriminator: '0', global_name: null, bot: true };
  between.dispatch('USER_UPDATE', { ...user, username: '새 이름', avatar: 'a'.repeat(32) });
  const after = {
    id: before.id,
    username: '새 이름',
    avatar_url: expect.stringContaining(`${discord.env.DISCORD_CDN_URL}/avatars/${before.id}/aaaa`),
  };
  await vi.waitFor(() => expect(client.identities).toEqual([after]));
  const later = await greetBot(bot.socketPath);
  expect((await later.call('hello', hello)).bot).toEqual(after);

  // The same again is no news.
  between.dispatch('USER_UPDATE', { ...user, username: '새 이름', avatar: 'a'.repeat(32) });
  between.dispatch('USER_UPDATE', { ...user, username: 'another', avatar: null });
  await vi.waitFor(() => expect(client.identities.at(-1)?.username).toBe('another'));
  expect(client.identities).toHaveLength(2);
  expect(client.identities[1]?.avatar_url).toBeNull();
});
