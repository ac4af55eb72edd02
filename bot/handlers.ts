/** Answers what the BFF asks, one function a method, from memory alone. */
import {
  type BotIdentity,
  type methods,
  type ShardStatus,
  protocolVersion,
} from '../shared/ipc.ts';
import { type Handlers, RpcError } from '../shared/rpc.ts';
import type { GuildIndex } from './guild-index.ts';

/** What the handlers need to know of the connection to Discord. */
export type DiscordState = {
  /** Null until Discord has told us who we are. */
  identity: () => BotIdentity | null;
  /** The heartbeat's round trip over all shards in milliseconds, or null before the first. */
  pingMs: () => number | null;
  shards: () => ShardStatus[];
};

/** Makes the answers to every method of the protocol. */
export function createHandlers(index: GuildIndex, discord: DiscordState): Handlers<typeof methods> {
  const startedAt = new Date().toISOString();
  return {
    // Before the first READY there is no identity to give and no count that is not a guess. The socket is open by then
    // (it is also the lock against a second bot), so the caller is told to come back instead of being told zero.
    hello({ protocol }) {
      if (protocol !== protocolVersion)
        throw new RpcError(
          'protocol_mismatch',
          `The bot speaks protocol ${protocolVersion}, the caller speaks ${protocol}.`,
          { data: { expected: protocolVersion, received: protocol } },
        );
      const bot = discord.identity();
      if (bot === null) throw new RpcError('bot_starting', 'The bot has not reached Discord yet.');
      return { protocol: protocolVersion, bot, started_at: startedAt };
    },

    'guilds.count': () => index.count(),

    'guilds.present': ({ ids }) => ({ ids: ids.filter((id) => index.has(id)) }),

    status: () => ({
      uptime_ms: Math.round(process.uptime() * 1000),
      ping_ms: discord.pingMs(),
      rss_bytes: process.memoryUsage.rss(),
      shards: discord.shards(),
    }),
  };
}
