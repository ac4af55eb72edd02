/** Makes discord.js's client the way this bot needs it: with little in memory, and patient. */
import { Client, GatewayIntentBits, Options, SimpleShardingStrategy } from 'discord.js';
import type { BotEnv } from './env.ts';

/** Makes a client; nothing leaves this machine before its `login`. */
export function createClient(env: BotEnv): Client {
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
