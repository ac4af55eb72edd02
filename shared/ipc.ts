/**
 * What the bot and the BFF say to each other over the socket: every call, its parameters, its answer, and every
 * notification. A line added here does not compile until the bot answers it, and gives the BFF a typed call.
 */
import * as z from 'zod';
import { snowflakePattern } from './discord.ts';

/** The number both sides must name in `hello`. It changes only when an old peer could misread a new one. */
export const protocolVersion = 1;

/** How many ids one `guilds.present` may ask about. */
export const maxPresentIds = 1000;

const snowflake = z.string().regex(snowflakePattern, 'not a snowflake');
const count = z.int().nonnegative();
const timestamp = z.iso.datetime({ precision: 3 });

/** How many servers the bot is in. `unavailable` ones (an outage on Discord's side) are among `guild_count`. */
export const guildCount = z.object({
  guild_count: count,
  unavailable: count,
  shards: z.object({ ready: count, total: count }),
  as_of: timestamp,
});
export type GuildCount = z.infer<typeof guildCount>;

/** Who the bot is on Discord. `avatar_url` is null when it has set none. */
export const botIdentity = z.object({
  id: snowflake,
  username: z.string().max(100),
  avatar_url: z.url({ protocol: /^https?$/ }).nullable(),
});
export type BotIdentity = z.infer<typeof botIdentity>;

const shardStatus = z.object({
  id: count,
  status: z.string().max(40),
  ping_ms: z.number().nonnegative().nullable(),
  guild_count: count,
});
/** One shard's connection to Discord. `status` is discord.js's name for it: `Ready`, `Connecting`, … */
export type ShardStatus = z.infer<typeof shardStatus>;

/** The calls the BFF may make, by method name. `hello` is always the first. */
export const methods = {
  hello: {
    params: z.object({ protocol: z.int(), client: z.string().max(100) }),
    result: z.object({
      protocol: z.literal(protocolVersion),
      bot: botIdentity,
      started_at: timestamp,
    }),
  },
  'guilds.count': {
    params: z.object({}),
    result: guildCount,
  },
  'guilds.present': {
    params: z.object({ ids: z.array(snowflake).max(maxPresentIds) }),
    result: z.object({ ids: z.array(snowflake).max(maxPresentIds) }),
  },
  status: {
    params: z.object({}),
    result: z.object({
      uptime_ms: count,
      ping_ms: z.number().nonnegative().nullable(),
      rss_bytes: count,
      shards: z.array(shardStatus),
    }),
  },
} as const;

/** What the bot says unasked, by method name. */
export const notifications = {
  'guilds.changed': guildCount,
  /** The bot has another name or picture. Who does not know this one learns it from the next `hello`. */
  'identity.changed': botIdentity,
} as const;

/** All that the bot gives whoever is on the other end of its socket. */
export const botOffer = { methods, notifications };
