/** A person uses a command, and an unmodified discord.js answers. */
import {
  Events,
  GatewayIntentBits,
  MessageFlags,
  type ChatInputCommandInteraction,
  type Client,
} from 'discord.js';
import { expect, test } from 'vitest';
import { startBot } from './bot.ts';
import { openSandbox, people, type SandboxClient } from './sandbox-client.ts';
import { expectAnswer } from './spec.ts';

/** A bot with the command `ping` in a server, whose first channel is where it is used. */
async function openWithCommand() {
  const sandbox = await openSandbox();
  const [guild] = await sandbox.guildsWithBot();
  const { Guilds, GuildMessages } = GatewayIntentBits;
  const bot = await startBot(sandbox, { intents: [Guilds, GuildMessages] });
  await bot.application.commands.set([{ name: 'ping', description: 'Answers' }]);
  return { sandbox, bot, guildId: guild?.id as string };
}

/** Uses the command and gives what the bot receives. */
async function use(
  sandbox: SandboxClient,
  bot: Client,
  guildId: string,
): Promise<ChatInputCommandInteraction> {
  const received = new Promise<ChatInputCommandInteraction>((resolve) =>
    bot.once(Events.InteractionCreate, (interaction) => {
      if (interaction.isChatInputCommand()) resolve(interaction);
    }),
  );
  const body = { guild_id: guildId, user_id: people.owner.id, command: 'ping' };
  await sandbox.control('POST', '/interactions', body);
  return received;
}

test('the answer, its change and what the bot says besides stand in the channel', async () => {
  const { sandbox, bot, guildId } = await openWithCommand();
  const interaction = await use(sandbox, bot, guildId);
  expect(interaction.commandName).toBe('ping');
  expect(interaction.member).toMatchObject({ id: people.owner.id });
  const { resource } = await interaction.reply({ content: 'pong', withResponse: true });
  expect(resource?.message?.content).toBe('pong');
  const edited = await interaction.editReply('pong!');
  expect(edited.content).toBe('pong!');
  await interaction.followUp('and more');
  if (interaction.channel?.isSendable()) await interaction.channel.send('besides');

  const messages = await sandbox.rest('GET', `/channels/${interaction.channelId}/messages`);
  expectAnswer('messages', messages.body);
  expect(messages.body.map(({ content }: { content: string }) => content)).toEqual([
    'besides',
    'and more',
    'pong!',
  ]);
});

test('a promised answer is filled in later, and can be taken back', async () => {
  const { sandbox, bot, guildId } = await openWithCommand();
  const interaction = await use(sandbox, bot, guildId);
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  const watch = () => sandbox.control('GET', `/interactions/${interaction.id}`);
  expect((await watch()).response.flags & MessageFlags.Loading).toBeTruthy();
  await interaction.editReply('done');
  expect((await watch()).response).toMatchObject({
    content: 'done',
    flags: MessageFlags.Ephemeral,
  });
  await interaction.deleteReply();
  await expect(interaction.fetchReply()).rejects.toThrow('Unknown Message');
});

test('the callback answers as Discord describes it, with a body only when asked', async () => {
  const { sandbox, bot, guildId } = await openWithCommand();
  const call = async (query: string) => {
    const { id, token } = await use(sandbox, bot, guildId);
    const path = `/interactions/${id}/${token}/callback${query}`;
    return sandbox.rest('POST', path, { type: 4, data: { content: 'hi' } }, null);
  };
  expect((await call('')).status).toBe(204);
  const answer = await call('?with_response=true');
  expect(answer.status).toBe(200);
  expectAnswer('callback', answer.body);
});

test('answering twice, too late, or to nothing is refused', async () => {
  const { sandbox, bot, guildId } = await openWithCommand();
  const answered = await use(sandbox, bot, guildId);
  await answered.reply('once');
  const answer = async (path: string) =>
    (await sandbox.rest('POST', path, { type: 4, data: { content: 'x' } }, null)).body.code;
  expect(await answer(`/interactions/${answered.id}/${answered.token}/callback`)).toBe(40060);
  expect(await answer(`/interactions/${answered.id}/wrong/callback`)).toBe(10062);
  expect(await answer(`/webhooks/${bot.application?.id}/wrong`)).toBe(50027);

  await sandbox.control('PATCH', '/settings', { interaction_deadline_ms: 1 });
  const late = await use(sandbox, bot, guildId);
  await new Promise((resolve) => setTimeout(resolve, 10));
  await expect(late.reply('late')).rejects.toThrow('Unknown interaction');
});

test('a command nobody registered, or a bot that is away, is told to whoever tries', async () => {
  const sandbox = await openSandbox();
  const [guild] = await sandbox.guildsWithBot();
  const body = { guild_id: guild?.id, user_id: people.owner.id, command: 'ping' };
  await expect(sandbox.control('POST', '/interactions', body)).rejects.toThrow('unknown_command');
  const path = `/applications/${sandbox.config.clientId}/commands`;
  await sandbox.rest('POST', path, { name: 'ping', description: 'Answers' });
  await expect(sandbox.control('POST', '/interactions', body)).rejects.toThrow('bot_not_connected');
});
