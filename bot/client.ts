/**
 * The connection to Discord: logs in, keeps trying while Discord is away, and tells the guild index what each shard
 * says. The only file that knows discord.js.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Client,
  DiscordjsError,
  DiscordjsErrorCodes,
  Events,
  GatewayCloseCodes,
  GatewayDispatchEvents,
  GatewayIntentBits,
  type GatewayGuildCreateDispatchData,
  type GatewayGuildDeleteDispatchData,
  type GatewayReadyDispatchData,
  Options,
  SimpleShardingStrategy,
  Status,
} from 'discord.js';
import { userAvatarUrl } from '../shared/discord.ts';
import type { BotIdentity } from '../shared/ipc.ts';
import type { BotEnv } from './env.ts';
import type { GuildIndex } from './guild-index.ts';
import type { DiscordState } from './handlers.ts';
import type { Logger } from './log.ts';

const firstRetryMs = 500;
const lastRetryMs = 30_000;

/** Discord does not want us as we are configured, and asking again would not change its mind. */
export class DiscordRefusedError extends Error {
  override readonly name = 'DiscordRefusedError';
}

/** A shard was closed for good for a reason that only a fresh start can mend, such as a bot grown past its shards. */
export class ShardLostError extends Error {
  override readonly name = 'ShardLostError';
}

const refusedToken =
  'Discord refused the bot token. Copy it anew from the developer portal (Bot, Reset Token) into DISCORD_BOT_TOKEN.';
/** What to tell the owner for the close codes that blame the configuration. The others are cured by a fresh start. */
const refusals = new Map<number, string>([
  [GatewayCloseCodes.AuthenticationFailed, refusedToken],
  [GatewayCloseCodes.InvalidIntents, 'Discord does not know the intents this bot asks for.'],
  [
    GatewayCloseCodes.DisallowedIntents,
    'Discord does not allow this bot the intents it asks for. Allow them in the developer portal (Bot, Privileged Gateway Intents).',
  ],
]);

export type DiscordConnection = DiscordState & {
  /**
   * Logs in, and resolves once every shard is on its way; from then on each reconnects by itself. Waits as long as
   * Discord is away. Throws {@link DiscordRefusedError} when the token is refused.
   */
  login(): Promise<void>;
  /** Rejects with {@link DiscordRefusedError} or {@link ShardLostError} when a shard has been closed for good. */
  readonly lost: Promise<never>;
  close(): Promise<void>;
};

/** Prepares the connection; nothing leaves this machine before `login`. */
export function createDiscordConnection(
  env: BotEnv,
  index: GuildIndex,
  log: Logger,
): DiscordConnection {
  const closing = new AbortController();
  const { promise: lost, reject: lose } = Promise.withResolvers<never>();
  lost.catch(() => {}); // heard by whoever awaits `lost`; without one it must not end the process
  let client = createClient(env);
  let identity: BotIdentity | null = null;

  function watch(watched: Client): void {
    const { ws } = watched;
    ws.on(GatewayDispatchEvents.Ready, ({ user, guilds }: GatewayReadyDispatchData, shard) => {
      identity = {
        id: user.id,
        username: user.username,
        avatar_url: userAvatarUrl(env.cdnUrl, user.id, user.avatar),
      };
      index.expectShards(ws.shards.keys());
      index.confirmShard(
        shard,
        guilds.map(({ id }) => id),
      );
      log.info({ shard, guilds: guilds.length }, 'shard ready');
    });
    ws.on(GatewayDispatchEvents.Resumed, (_, shard) => {
      index.resumeShard(shard);
      log.info({ shard }, 'shard resumed');
    });
    ws.on(GatewayDispatchEvents.GuildCreate, (guild: GatewayGuildCreateDispatchData, shard) => {
      if (guild.unavailable) index.markUnavailable(shard, [guild.id]);
      else index.addGuild(shard, guild.id);
    });
    ws.on(GatewayDispatchEvents.GuildDelete, (guild: GatewayGuildDeleteDispatchData, shard) => {
      if (guild.unavailable) index.markUnavailable(shard, [guild.id]);
      else index.removeGuild(guild.id);
    });

    watched.once(Events.ClientReady, ({ user, ws: { shards } }) =>
      log.info({ bot: user.username, shards: shards.size }, 'connected to Discord'),
    );
    // What is still missing some time after READY is out of order on Discord's side.
    watched.on(Events.ShardReady, (shard, missing) => index.markUnavailable(shard, missing ?? []));
    watched.on(Events.ShardReconnecting, (shard) => {
      if (closing.signal.aborted) return;
      index.loseShard(shard);
      log.warn({ shard }, 'shard reconnecting');
    });
    watched.on(Events.ShardDisconnect, ({ code }, shard) => {
      index.loseShard(shard);
      const refusal = refusals.get(code);
      lose(
        refusal === undefined
          ? new ShardLostError(`Discord closed shard ${shard} for good (${code}).`)
          : new DiscordRefusedError(refusal),
      );
    });
    watched.on(Events.ShardError, (err, shard) => log.warn({ err, shard }, 'shard error'));
    watched.on(Events.Error, (err) => log.error({ err }, 'discord.js reported an error'));
    watched.on(Events.Warn, (message) => log.warn({ message }, 'discord.js warned'));
    watched.on(Events.GuildCreate, ({ id }) => log.debug({ guild: id }, 'guild joined'));
    watched.on(Events.GuildDelete, ({ id }) => log.debug({ guild: id }, 'guild left'));
  }

  return {
    identity: () => identity,
    pingMs() {
      const pings = [...client.ws.shards.values()].flatMap(({ ping }) => knownPing(ping) ?? []);
      return pings.length > 0 ? pings.reduce((sum, ping) => sum + ping) / pings.length : null;
    },
    shards: () =>
      client.ws.shards.map(({ id, status, ping }) => ({
        id,
        status: Status[status],
        ping_ms: knownPing(ping),
        guild_count: index.countOnShard(id),
      })),
    async login() {
      for (let failures = 0; ; failures += 1) {
        watch(client);
        try {
          await client.login(env.token);
          return;
        } catch (err) {
          if (closing.signal.aborted) return;
          if (err instanceof DiscordjsError && err.code === DiscordjsErrorCodes.TokenInvalid)
            throw new DiscordRefusedError(refusedToken, { cause: err });
          const longest = Math.min(firstRetryMs * 2 ** failures, lastRetryMs);
          const retryInMs = Math.round(longest * (0.5 + Math.random() / 2));
          const reason = err instanceof Error ? err.message : err;
          log.warn({ reason, retryInMs }, 'Discord cannot be reached');
          await sleep(retryInMs, undefined, { signal: closing.signal }).catch(() => {}); // closing: the next line ends it
          if (closing.signal.aborted) return;
          client = createClient(env); // login destroys the client it fails with
        }
      }
    },
    lost,
    async close() {
      closing.abort();
      await client.destroy();
    },
  };
}

function createClient(env: BotEnv): Client {
  return new Client({
    intents: [GatewayIntentBits.Guilds],
    shards: 'auto',
    rest: { api: env.apiUrl, cdn: env.cdnUrl },
    ws: { buildStrategy: (manager) => new PatientSharding(manager) },
    // Kept to what discord.js cannot do without: nothing here asks for the rest, and it grows with traffic.
    makeCache: Options.cacheWithLimits({
      AutoModerationRuleManager: 0,
      GuildEmojiManager: 0,
      GuildInviteManager: 0,
      GuildMemberManager: { maxSize: 0, keepOverLimit: ({ id, client }) => id === client.user.id },
      GuildScheduledEventManager: 0,
      GuildStickerManager: 0,
      MessageManager: 0,
      PresenceManager: 0,
      StageInstanceManager: 0,
      ThreadManager: 0,
      UserManager: { maxSize: 0, keepOverLimit: ({ id, client }) => id === client.user.id },
      VoiceStateManager: 0,
    }),
  });
}

/**
 * Does not let the login fail with a shard. A shard that cannot reach the gateway tries again by itself, even after
 * discord.js has given up the client it belongs to: that would leave it connected beside its successor. A shard that
 * is closed for good reports it as `shardDisconnect`.
 */
class PatientSharding extends SimpleShardingStrategy {
  override async connect(): Promise<void> {
    await super.connect().catch(() => {}); // 'shardError' has told
  }
}

/** discord.js says -1 before the first heartbeat has come back. */
function knownPing(ping: number): number | null {
  return ping >= 0 ? ping : null;
}
