/**
 * Which servers the bot is in, as Discord last told each shard. It is kept apart from discord.js's own cache, which
 * never forgets a server that was left while the session was dead (https://github.com/discordjs/discord.js/issues/11546).
 * Knows nothing of discord.js or of sockets; every question costs the same whatever the number of servers.
 */
import type { Snowflake } from '../shared/discord.ts';
import type { GuildCount } from '../shared/ipc.ts';

type Shard = {
  guilds: Set<Snowflake>;
  /** Milliseconds since the epoch when we stopped hearing of this shard's servers, or null while we do hear. */
  lostAt: number | null;
};

export class GuildIndex {
  readonly #shards = new Map<number, Shard>();
  readonly #shardOf = new Map<Snowflake, number>();
  readonly #unavailable = new Set<Snowflake>();
  readonly #changed: () => void;
  readonly #startedAt = Date.now();
  #readyShards = 0;
  #lastTimestamp = { ms: 0, text: '' };
  /** When the first of the shards that are away now was lost, or null while all are there. */
  #lostAt: number | null = null;

  /** `changed` is called after every change of the count, of the unavailable or of the shards. */
  constructor(changed: () => void = () => {}) {
    this.#changed = changed;
  }

  /**
   * What a `guilds.count` is answered with. `as_of` is the moment up to which the count is known to be right: now while
   * every shard is connected, else when the first of the missing ones was lost (or, before that, when we started).
   */
  count(): GuildCount {
    return {
      guild_count: this.#shardOf.size,
      unavailable: this.#unavailable.size,
      shards: { ready: this.#readyShards, total: this.#shards.size },
      as_of: this.#timestamp(this.#lostAt ?? Date.now()),
    };
  }

  has(guild: Snowflake): boolean {
    return this.#shardOf.has(guild);
  }

  /** How many servers one shard carries. */
  countOnShard(shard: number): number {
    return this.#shards.get(shard)?.guilds.size ?? 0;
  }

  /** Fixes which shards there are. One that is no longer among them goes, and with it the servers no other has taken. */
  expectShards(expected: Iterable<number>): void {
    const ids = new Set(expected);
    for (const [id, { guilds }] of this.#shards)
      if (!ids.has(id)) {
        for (const guild of guilds) this.#forget(guild);
        this.#shards.delete(id);
      }
    for (const id of ids)
      if (!this.#shards.has(id))
        this.#shards.set(id, { guilds: new Set(), lostAt: this.#startedAt });
    this.#shardsMoved();
  }

  /**
   * Takes a shard's READY: the whole list of its servers. Whatever we had on that shard beyond it was left unseen.
   * READY calls every server unavailable until its GUILD_CREATE follows, so that says nothing about outages yet.
   */
  confirmShard(shard: number, guilds: Iterable<Snowflake>): void {
    const present = new Set(guilds);
    for (const guild of this.#shards.get(shard)?.guilds ?? [])
      if (!present.has(guild)) this.#forget(guild);
    for (const guild of present) this.#assign(guild, shard);
    this.#shards.set(shard, { guilds: present, lostAt: null });
    this.#shardsMoved();
  }

  /** Takes a shard's RESUMED: what it missed has been replayed, so all it knew holds again. */
  resumeShard(shard: number): void {
    this.#setLost(shard, null);
  }

  /** Takes the loss of a shard's connection. Its servers stay: not hearing of them does not mean having left them. */
  loseShard(shard: number): void {
    if (this.#shards.get(shard)?.lostAt === null) this.#setLost(shard, Date.now());
  }

  /** Takes a server that was joined, or is back after an outage. Tells whether it is new. */
  addGuild(shard: number, guild: Snowflake): boolean {
    const joined = this.#assign(guild, shard);
    const recovered = this.#unavailable.delete(guild);
    if (joined || recovered) this.#changed();
    return joined;
  }

  /** Takes an outage on Discord's side: the bot is still in these servers. */
  markUnavailable(shard: number, guilds: Iterable<Snowflake>): void {
    const before = this.#unavailable.size;
    for (const guild of guilds) {
      this.#assign(guild, shard);
      this.#unavailable.add(guild);
    }
    if (this.#unavailable.size !== before) this.#changed();
  }

  /** Takes a server that was left. Tells whether it was known. */
  removeGuild(guild: Snowflake): boolean {
    const left = this.#forget(guild);
    if (left) this.#changed();
    return left;
  }

  /** Spelling a time out costs more than all else in an answer, and many answers fall into one millisecond. */
  #timestamp(ms: number): string {
    if (this.#lastTimestamp.ms !== ms)
      this.#lastTimestamp = { ms, text: new Date(ms).toISOString() };
    return this.#lastTimestamp.text;
  }

  #assign(guild: Snowflake, shard: number): boolean {
    const before = this.#shardOf.get(guild);
    if (before === shard) return false;
    // Another number of shards deals the servers out anew.
    if (before !== undefined) this.#shards.get(before)?.guilds.delete(guild);
    this.#shardOf.set(guild, shard);
    this.#shards.get(shard)?.guilds.add(guild);
    return before === undefined;
  }

  #forget(guild: Snowflake): boolean {
    const shard = this.#shardOf.get(guild);
    if (shard === undefined) return false;
    this.#shards.get(shard)?.guilds.delete(guild);
    this.#shardOf.delete(guild);
    this.#unavailable.delete(guild);
    return true;
  }

  #setLost(id: number, lostAt: number | null): void {
    const shard = this.#shards.get(id);
    if (shard === undefined) return;
    shard.lostAt = lostAt;
    this.#shardsMoved();
  }

  #shardsMoved(): void {
    const losses = [...this.#shards.values()].flatMap(({ lostAt }) => lostAt ?? []);
    this.#readyShards = this.#shards.size - losses.length;
    this.#lostAt = losses.length > 0 ? Math.min(...losses) : null;
    this.#changed();
  }
}
