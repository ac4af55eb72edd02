/**
 * Discord ids. Forty-two bits of milliseconds since 2015, then twenty-two bits that only have to differ. The shard of a
 * guild is read from the milliseconds, so ids made here differ there and not merely at the end.
 * https://docs.discord.com/developers/reference#snowflakes
 */

const discordEpochMs = 1_420_070_400_000n; // 2015-01-01T00:00:00Z

/** An id for a moment (milliseconds since 1970) and the low 22 bits that tell ids of one millisecond apart. */
export function snowflakeAt(timeMs: number, low: bigint): string {
  return (((BigInt(timeMs) - discordEpochMs) << 22n) | (low & 0x3fffffn)).toString();
}

/** When the thing with this id was made, in milliseconds since 1970. */
export function snowflakeTime(id: string): number {
  return Number((BigInt(id) >> 22n) + discordEpochMs);
}

/** Whether a text is an id at all: digits that fit 64 bits. */
export function isSnowflake(text: string): boolean {
  return /^\d{1,20}$/.test(text) && BigInt(text) < 1n << 64n;
}

/** Orders ids by age, without the cost of making numbers of them. */
export function compareSnowflakes(left: string, right: string): number {
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Which of `shardCount` shards hears of a guild. https://docs.discord.com/developers/events/gateway#sharding */
export function shardOf(guildId: string, shardCount: number): number {
  return Number((BigInt(guildId) >> 22n) % BigInt(shardCount));
}

let lastTimeMs = 0;

/** A new id for something made now. Each has a millisecond of its own, so no two are alike and later ones are larger. */
export function nextSnowflake(): string {
  lastTimeMs = Math.max(Date.now(), lastTimeMs + 1);
  return snowflakeAt(lastTimeMs, 0n);
}
