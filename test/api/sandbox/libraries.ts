/** Client libraries, unmodified and used as their own documents say, pointed at a sandbox. */
import https, { Agent } from 'node:https';
import { connect } from 'node:net';
import { API, Client as CoreClient, GatewayDispatchEvents } from '@discordjs/core';
import { REST } from '@discordjs/rest';
import { CompressionMethod, WebSocketManager } from '@discordjs/ws';
import { Client as DiscordJs, Events } from 'discord.js';
import { createBot, TransportCompression } from 'discordeno';
import { Client as Eris, CommandInteraction } from 'eris';
import { Client as Oceanic } from 'oceanic.js';
import { ApiHandler, Client as Seyfert, createEvent } from 'seyfert';
import type { SandboxClient } from './sandbox-client.ts';

/** What the tests ask of a library: that it tells what it hears, and does what it is told. */
export type Bot = {
  /** The servers it knows to be in, by id. */
  guildIds: () => Iterable<string>;
  /** What people wrote, as it heard it. */
  heard: string[];
  /** Registers the command `ping`, which it answers with "pong". */
  registerPing: () => Promise<unknown>;
  say: (channelId: string, content: string) => Promise<unknown>;
  close: () => unknown;
};

/** Starts a bot that listens to servers and their messages. */
type Start = (sandbox: SandboxClient) => Promise<Bot>;

const intents = (1 << 0) | (1 << 9);
const ping = { name: 'ping', description: 'Answers', type: 1 } as const;

const startDiscordJs: Start = async ({ url, config }) => {
  const client = new DiscordJs({ intents, rest: { api: `${url}/api` } });
  const heard: string[] = [];
  client.on(Events.MessageCreate, ({ content }) => heard.push(content));
  client.on(Events.InteractionCreate, async (interaction) => {
    if (interaction.isChatInputCommand()) await interaction.reply('pong');
  });
  await client.login(config.botToken);
  return {
    guildIds: () => client.guilds.cache.keys(),
    heard,
    registerPing: async () => client.application?.commands.set([ping]),
    say: async (channelId, content) => {
      const channel = await client.channels.fetch(channelId);
      if (channel?.isSendable()) await channel.send(content);
    },
    close: () => client.destroy(),
  };
};

const startCore =
  (compression: CompressionMethod | 'identify' | null): Start =>
  async ({ url, config }) => {
    const rest = new REST({ api: `${url}/api` }).setToken(config.botToken);
    const gateway = new WebSocketManager({
      token: config.botToken,
      intents,
      rest,
      compression: compression === 'identify' ? null : compression,
      useIdentifyCompression: compression === 'identify',
    });
    const client = new CoreClient({ rest, gateway });
    const api = new API(rest);
    const guildIds = new Set<string>();
    const heard: string[] = [];
    client.on(GatewayDispatchEvents.GuildCreate, ({ data }) => guildIds.add(data.id));
    client.on(GatewayDispatchEvents.GuildDelete, ({ data }) => guildIds.delete(data.id));
    client.on(GatewayDispatchEvents.MessageCreate, ({ data }) => heard.push(data.content));
    client.on(GatewayDispatchEvents.InteractionCreate, async ({ data }) => {
      await api.interactions.reply(data.id, data.token, { content: 'pong' });
    });
    await gateway.connect();
    return {
      guildIds: () => guildIds,
      heard,
      registerPing: () =>
        api.applicationCommands.bulkOverwriteGlobalCommands(config.clientId, [ping]),
      say: (channelId, content) => api.channels.createMessage(channelId, { content }),
      close: () => gateway.destroy(),
    };
  };

/** Takes HTTPS calls to a sandbox, which speaks HTTP, whatever host and port they name. */
function agentFor({ url }: SandboxClient): Agent {
  const { hostname, port } = new URL(url);
  return Object.assign(new Agent(), { createConnection: () => connect(Number(port), hostname) });
}

/** eris calls REST by HTTPS only; its option for an agent is where the way to a sandbox is set. */
const startEris: Start = async (sandbox) => {
  const client = new Eris(`Bot ${sandbox.config.botToken}`, {
    intents,
    rest: { agent: agentFor(sandbox) },
  });
  const heard: string[] = [];
  client.on('messageCreate', ({ content }) => heard.push(content));
  client.on('error', () => undefined); // it tells of every connection that is lost
  client.on('interactionCreate', async (interaction) => {
    if (interaction instanceof CommandInteraction) await interaction.createMessage('pong');
  });
  await client.connect();
  return {
    guildIds: () => client.guilds.map(({ id }) => id),
    heard,
    registerPing: () => client.createCommand(ping),
    say: (channelId, content) => client.createMessage(channelId, content),
    close: () => client.disconnect({ reconnect: false }),
  };
};

const startOceanic =
  (compress: 'zlib-stream' | 'zstd-stream' | false): Start =>
  async ({ url, config }) => {
    const client = new Oceanic({
      auth: `Bot ${config.botToken}`,
      rest: { baseURL: `${url}/api/v10` },
      gateway: { intents, compress },
    });
    const heard: string[] = [];
    client.on('messageCreate', ({ content }) => heard.push(content));
    client.on('interactionCreate', async (interaction) => {
      if (interaction.isCommandInteraction()) await interaction.reply({ content: 'pong' });
    });
    await client.connect();
    return {
      guildIds: () => client.guilds.keys(),
      heard,
      registerPing: () => client.application.createGlobalCommand(ping),
      say: (channelId, content) => client.rest.channels.createMessage(channelId, { content }),
      close: () => client.disconnect(false),
    };
  };

const startDiscordeno =
  (compression: { compress?: boolean; transportCompression?: TransportCompression }): Start =>
  async ({ url, config }) => {
    const guildIds = new Set<string>();
    const heard: string[] = [];
    const bot = createBot({
      token: config.botToken,
      intents,
      rest: {
        proxy: { baseUrl: `${url}/api`, authorization: `Bot ${config.botToken}` },
      } as never,
      gateway: { ...compression, spawnShardDelay: 0 } as never,
      desiredProperties: {
        guild: { id: true },
        message: { content: true },
        interaction: { id: true, type: true, token: true },
      },
    });
    bot.events.guildCreate = ({ id }) => void guildIds.add(String(id));
    bot.events.guildDelete = (id) => void guildIds.delete(String(id));
    bot.events.messageCreate = ({ content }) => void heard.push(content);
    bot.events.interactionCreate = async ({ id, token }) => {
      await bot.helpers.sendInteractionResponse(id, token, { type: 4, data: { content: 'pong' } });
    };
    await bot.start();
    return {
      guildIds: () => guildIds,
      heard,
      registerPing: () => bot.helpers.upsertGlobalApplicationCommands([ping]),
      say: (channelId, content) => bot.helpers.sendMessage(channelId, { content }),
      close: () => bot.shutdown(),
    };
  };

/** On Node seyfert connects to port 443 of the gateway's host by HTTPS and has no option for it; Node's own agent has. */
const startSeyfert =
  (compress: boolean): Start =>
  async (sandbox) => {
    const { url, config } = sandbox;
    const nodesAgent = https.globalAgent;
    https.globalAgent = agentFor(sandbox);
    const client = new Seyfert({
      gateway: { compress },
      getRC: () => ({ token: config.botToken, intents, locations: { base: '' } }),
    });
    client.setServices({ rest: new ApiHandler({ token: config.botToken, domain: url }) });
    const heard: string[] = [];
    const message = createEvent({
      data: { name: 'messageCreate' },
      run: ({ content }) => void heard.push(content),
    });
    const interaction = createEvent({
      data: { name: 'interactionCreate' },
      run: async (interaction) => {
        if (interaction.isChatInput()) await interaction.write({ content: 'pong' });
      },
    });
    for (const { data, run } of [message, interaction])
      client.events.set([{ data: { once: false, ...data }, run }]);
    await client.start();
    return {
      guildIds: () => (client.cache.guilds?.values() ?? []).map(({ id }) => id),
      heard,
      registerPing: () => client.proxy.applications(config.clientId).commands.put({ body: [ping] }),
      say: (channelId, content) => client.messages.write(channelId, { content }),
      close: () => {
        https.globalAgent = nodesAgent;
        client.gateway.disconnectAll();
      },
    };
  };

/** Every library with every compression it can do without help. */
export const libraries: Record<string, Start> = {
  'discord.js': startDiscordJs,
  '@discordjs/core, uncompressed': startCore(null),
  '@discordjs/core, zlib-stream': startCore(CompressionMethod.ZlibNative),
  '@discordjs/core, payload compression': startCore('identify'),
  eris: startEris,
  'oceanic.js, uncompressed': startOceanic(false),
  'oceanic.js, zlib-stream': startOceanic('zlib-stream'),
  'oceanic.js, zstd-stream': startOceanic('zstd-stream'),
  'discordeno, uncompressed': startDiscordeno({}),
  'discordeno, zlib-stream': startDiscordeno({ transportCompression: TransportCompression.zlib }),
  // It listens too late for the first payload of a connection, HELLO, and so never sends a heartbeat: a mistake of its own.
  'discordeno, zstd-stream': startDiscordeno({ transportCompression: TransportCompression.zstd }),
  'discordeno, payload compression': startDiscordeno({ compress: true }),
  'seyfert, uncompressed': startSeyfert(false),
  'seyfert, payload compression': startSeyfert(true),
};
