/** The two ends of the connection to Discord that reconnecting does not mend. */

/** Discord does not want us as we are configured, and asking again would not change its mind. */
export class DiscordRefusedError extends Error {
  override readonly name = 'DiscordRefusedError';
}

/** A shard was closed for good for a reason that only a fresh start can mend, such as a bot grown past its shards. */
export class ShardLostError extends Error {
  override readonly name = 'ShardLostError';
}

/** What the owner is told when the token is refused, at the login or in the middle of a connection. */
export const refusedToken =
  'Discord refused the bot token. Copy it anew from the developer portal (Bot, Reset Token) into DISCORD_BOT_TOKEN.';
