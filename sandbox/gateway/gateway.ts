/** The gateway: takes bots' connections, keeps their sessions, and tells each shard what happens in its servers. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { PlacedConfig } from '../config.ts';
import { guildCreatePayload, guildPayload, type GuildCreateReason } from '../payloads/guild.ts';
import { botSelfPayload } from '../payloads/user.ts';
import type { Settings } from '../settings.ts';
import type { Guild } from '../world/guild.ts';
import { shardOf } from '../world/snowflake.ts';
import type { World } from '../world/world.ts';
import { isCompression, type Compression } from './compression.ts';
import { Connection, type Host } from './connection.ts';
import {
  closings,
  guildsPerRecommendedShard,
  intentFlags,
  intents,
  type Closing,
} from './protocol.ts';
import type { GatewayEvent, Session } from './session.ts';
import { StartBudget } from './start-budget.ts';

/** Where the gateway is, on the sandbox's own origin. */
export const gatewayPath = '/gateway';

export class Gateway implements Host {
  readonly config: PlacedConfig;
  readonly settings: Settings;
  readonly startBudget = new StartBudget();
  readonly world: World;
  // Larger than a client may send, so that it is closed with Discord's code and not with WebSocket's own.
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: 1024 * 1024 });
  readonly #connections = new Set<Connection>();
  readonly #sessions = new Map<string, Session>();
  #refusing = false;

  constructor({
    config,
    settings,
    world,
  }: {
    config: PlacedConfig;
    settings: Settings;
    world: World;
  }) {
    this.config = config;
    this.settings = settings;
    this.world = world;
    world.on('botJoined', (guild) =>
      this.#tell(guild.id, intents.guilds, this.#guildCreate(guild.id, 'joined')),
    );
    world.on('guildAvailable', (guild) =>
      this.#tell(guild.id, intents.guilds, this.#guildCreate(guild.id, 'available')),
    );
    world.on('botLeft', ({ id }) =>
      this.#tell(id, intents.guilds, () => ({ type: 'GUILD_DELETE', data: () => ({ id }) })),
    );
    world.on('guildUnavailable', ({ id }) =>
      this.#tell(id, intents.guilds, () => this.#guildOutage(id)),
    );
    world.on('guildRenamed', ({ id }) =>
      this.#tell(id, intents.guilds, () => ({
        type: 'GUILD_UPDATE',
        data: () => {
          const guild = this.#presentGuild(id);
          return guild && guildPayload(config, world, guild);
        },
      })),
    );
  }

  /** Where a bot connects. */
  get url(): string {
    return `${this.config.publicUrl.replace(/^http/, 'ws')}${gatewayPath}`;
  }

  /** How many shards a bot had better use. */
  get recommendedShards(): number {
    return Math.max(1, Math.ceil(this.world.guildsWithBot().length / guildsPerRecommendedShard));
  }

  /** The shards that are connected, for people to look at. */
  connectedShards(): { shard: readonly [number, number]; caught_up: boolean; guilds: number }[] {
    return [...this.#connections].flatMap(({ session }) =>
      session
        ? [
            {
              shard: session.shard,
              caught_up: session.isCaughtUp,
              guilds: this.guildsOfShard(session.shard).length,
            },
          ]
        : [],
    );
  }

  guildsOfShard([id, count]: readonly [number, number]): Guild[] {
    return this.world.guildsWithBot().filter((guild) => shardOf(guild.id, count) === id);
  }

  /** Takes over a WebSocket handshake. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const url = new URL(request.url ?? '/', 'http://sandbox');
    const status = this.#refusing ? '503 Service Unavailable' : '404 Not Found';
    // Discord's own example has a slash at the end, and eris and oceanic.js put one there.
    const isGateway = url.pathname === gatewayPath || url.pathname === `${gatewayPath}/`;
    if (this.#refusing || !isGateway) {
      socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const asked = readParameters(url.searchParams);
      if ('problem' in asked) {
        const [code, reason] = closings[asked.problem];
        webSocket.close(code, reason);
      } else this.#connections.add(new Connection(webSocket, this, asked.compression));
    });
  }

  /** Greets a new session: READY with its servers unavailable, then each of them. */
  begin(session: Session): void {
    for (const known of this.#sessions.values()) if (known.isOver) this.end(known);
    this.#sessions.set(session.id, session);
    const guilds = this.guildsOfShard(session.shard);
    const application = {
      id: this.config.clientId,
      flags: intentFlags(this.settings.privileged_intents),
    };
    const ready = {
      v: 10,
      user: botSelfPayload(this.config),
      private_channels: [],
      guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: this.url,
      shard: session.shard,
      application,
    };
    session.dispatch({ type: 'READY', data: () => ready });
    if (session.hears(intents.guilds))
      session.dispatch(
        ...guilds.map(({ id, unavailable }) =>
          unavailable ? this.#guildOutage(id) : this.#guildCreate(id, 'available')(session),
        ),
      );
  }

  /** A server that a session's shard hears of, or null. */
  guildOf({ shard: [id, count] }: Session, guildId: string): Guild | null {
    const guild = this.#presentGuild(guildId);
    return guild && shardOf(guild.id, count) === id ? guild : null;
  }

  /** A session that may be taken up again, or null. */
  findSession(id: string): Session | null {
    const session = this.#sessions.get(id);
    if (session?.isOver) this.end(session);
    return this.#sessions.get(id) ?? null;
  }

  /** Forgets a session. */
  end(session: Session): void {
    session.detach();
    this.#sessions.delete(session.id);
  }

  /** Takes a session from the connection that still holds it, since another one resumes it. */
  takeFromOthers(session: Session): void {
    for (const connection of this.#connections)
      if (connection.session === session) {
        connection.session = null;
        connection.close('unknownError');
      }
  }

  disconnected(connection: Connection): void {
    this.#connections.delete(connection);
  }

  /** Sends a message to whoever hears messages; its text only where the session may read it. */
  publishMessage(
    type: 'MESSAGE_CREATE' | 'MESSAGE_UPDATE',
    guildId: string,
    message: Readable,
  ): void {
    this.#tell(guildId, intents.guildMessages, (session) => ({
      type,
      data: () => {
        const whole = { ...message, guild_id: guildId };
        // A bot reads its own messages and those that mention it; the rest needs the privileged intent.
        const mayRead =
          session.hears(intents.messageContent) ||
          message.author.id === this.config.clientId ||
          message.mentions.some(({ id }) => id === this.config.clientId);
        return mayRead
          ? whole
          : { ...whole, content: '', embeds: [], attachments: [], components: [] };
      },
    }));
  }

  /** Tells that a message is gone. */
  publishMessageDeleted(guildId: string, channelId: string, id: string): void {
    this.#tell(guildId, intents.guildMessages, () => ({
      type: 'MESSAGE_DELETE',
      data: () => ({ id, channel_id: channelId, guild_id: guildId }),
    }));
  }

  /** Tells that a channel's pins changed; `last` is when the newest of them was pinned. */
  publishPins(guildId: string, channelId: string, last: string | null): void {
    this.#tell(guildId, intents.guilds, () => ({
      type: 'CHANNEL_PINS_UPDATE',
      data: () => ({ guild_id: guildId, channel_id: channelId, last_pin_timestamp: last }),
    }));
  }

  /** Hands an interaction to the shard of its server. False when that shard is not connected. */
  publishInteraction(guildId: string, interaction: object): boolean {
    const listening = this.#sessionsOf(guildId).filter((session) => session.isConnected);
    for (const session of listening)
      session.dispatch({ type: 'INTERACTION_CREATE', data: () => interaction });
    return listening.length > 0;
  }

  /** Cuts every connection without a word; sessions can be resumed. */
  cutConnections(): void {
    for (const connection of this.#connections) connection.cut();
  }

  askToReconnect(): void {
    for (const connection of this.#connections) connection.askToReconnect();
  }

  /** Forgets every session and tells those connected. */
  invalidateSessions(): void {
    for (const connection of this.#connections) connection.invalidateSession();
    for (const session of this.#sessions.values()) this.end(session);
  }

  /** Cuts every connection and takes no new one. */
  refuseConnections(): void {
    this.#refusing = true;
    this.cutConnections();
  }

  acceptConnections(): void {
    this.#refusing = false;
  }

  close(): void {
    this.refuseConnections();
    this.#server.close();
  }

  #tell(guildId: string, intent: number, event: (session: Session) => GatewayEvent): void {
    for (const session of this.#sessionsOf(guildId))
      if (session.hears(intent)) session.dispatch(event(session));
  }

  #sessionsOf(guildId: string): Session[] {
    return [...this.#sessions.values()].filter(
      ({ shard: [id, count] }) => shardOf(guildId, count) === id,
    );
  }

  #guildCreate(id: string, why: GuildCreateReason): (session: Session) => GatewayEvent {
    return (session) => ({
      type: 'GUILD_CREATE',
      data: () => {
        const guild = this.#presentGuild(id);
        if (!guild) return null;
        return guildCreatePayload(this.config, this.world, guild, why, session.largeThreshold);
      },
    });
  }

  #guildOutage(id: string): GatewayEvent {
    return { type: 'GUILD_DELETE', data: () => ({ id, unavailable: true }) };
  }

  /** A server the bot is in and that is available; what happened to it since is told by its own event. */
  #presentGuild(id: string): Guild | null {
    const guild = this.world.guilds.get(id);
    return guild?.bot && !guild.unavailable ? guild : null;
  }
}

/** What the gateway needs to know of a message to decide who may read it. */
type Readable = { author: { id: string }; mentions: { id: string }[] };

/** What a client asks for in the gateway's address; `problem` when it is not to be had. */
function readParameters(
  parameters: URLSearchParams,
): { compression: Compression | null } | { problem: Closing } {
  // Only recommended by Discord's documents: a client that names no version is served all the same.
  if (!['9', '10'].includes(parameters.get('v') ?? '10')) return { problem: 'invalidVersion' };
  if ((parameters.get('encoding') ?? 'json') !== 'json') return { problem: 'unknownEncoding' };
  const compression = parameters.get('compress');
  if (compression === null || isCompression(compression)) return { compression };
  return { problem: 'unknownCompression' };
}
