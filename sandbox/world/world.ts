/**
 * What exists: people, servers, who is in which with what permissions, and where the bot is. It tells what changes and
 * knows nothing of HTTP, of tokens or of the gateway.
 */
import { EventEmitter } from 'node:events';
import {
  defaultBotPermissions,
  newGuild,
  sampleGuildWithBot,
  sampleGuildWithoutBot,
  type Guild,
} from './guild.ts';
import { samplePeople, strangerById, strangerId, strangerIndex, type Person } from './people.ts';
import { allPermissions, hasPermission, memberPermissions, permissionBits } from './permissions.ts';
import { compareSnowflakes } from './snowflake.ts';

type WorldEvents = {
  botJoined: [guild: Guild];
  botLeft: [guild: Guild];
  guildRenamed: [guild: Guild];
  guildUnavailable: [guild: Guild];
  guildAvailable: [guild: Guild];
};

/** How many servers the person with many servers is in: as many as Discord lets anyone be in. */
const collectorGuilds = 200;

export class World extends EventEmitter<WorldEvents> {
  readonly people: ReadonlyMap<string, Person>;
  readonly guilds = new Map<string, Guild>();
  /** The sample people's permissions, by person and then by server. */
  readonly #memberships = new Map<string, Map<string, bigint>>();

  /** A world in which the bot is in `guildCount` servers. */
  constructor(guildCount: number) {
    super();
    this.people = new Map(Object.values(samplePeople).map((person) => [person.id, person]));
    this.#populate(guildCount);
  }

  /** Puts everything back as it was at the start, with the bot in `guildCount` servers, and tells what that changed. */
  reset(guildCount: number): void {
    const before = new Map([...this.guilds].map(([id, guild]) => [id, { ...guild }]));
    this.#populate(guildCount);
    for (const guild of before.values())
      if (guild.bot && !this.guilds.get(guild.id)?.bot) this.emit('botLeft', guild);
    for (const guild of this.guilds.values()) {
      if (!guild.bot) continue;
      const old = before.get(guild.id);
      if (!old?.bot) this.emit('botJoined', guild);
      else if (old.unavailable) this.emit('guildAvailable', guild);
      else if (old.name !== guild.name) this.emit('guildRenamed', guild);
    }
  }

  /** The servers the bot is in, unavailable ones among them. */
  guildsWithBot(): Guild[] {
    return [...this.guilds.values()].filter((guild) => guild.bot !== null);
  }

  /** A sample person's servers with the permissions they have there, oldest server first. */
  guildsOf(personId: string): { guild: Guild; permissions: bigint }[] {
    const memberships = [...(this.#memberships.get(personId) ?? [])];
    return memberships
      .toSorted(([left], [right]) => compareSnowflakes(left, right))
      .flatMap(([guildId]) => {
        const guild = this.guilds.get(guildId);
        return guild ? [{ guild, permissions: this.permissionsIn(guild, personId) ?? 0n }] : [];
      });
  }

  /** The servers a person may add a bot to: their own, and those where they are trusted with Manage Server. */
  guildsManagedBy(personId: string): Guild[] {
    return this.guildsOf(personId)
      .filter(({ permissions }) => hasPermission(permissions, 'Manage Server'))
      .map(({ guild }) => guild);
  }

  /** What a person may do in a server, before channel overwrites; null when they are not a member. */
  permissionsIn(guild: Guild, personId: string): bigint | null {
    if (guild.ownerId === personId) return allPermissions;
    const held = this.#memberships.get(personId)?.get(guild.id);
    if (held !== undefined) return held | memberPermissions;
    const index = strangerIndex(guild.id, personId);
    return index !== null && index < guild.strangers ? memberPermissions : null;
  }

  /** A person by id: one of the sample people, or a stranger. */
  person(id: string): Person | null {
    return this.people.get(id) ?? strangerById(id);
  }

  /** How many are in a server, the bot among them. */
  memberCount(guild: Guild): number {
    return this.#peopleIn(guild).length + guild.strangers + (guild.bot ? 1 : 0);
  }

  /** The ids of a server's people in ascending order after `after`, at most `limit`. The bot is not among them. */
  memberIds(guild: Guild, after: string, limit: number): string[] {
    const known = this.#peopleIn(guild).filter((id) => compareSnowflakes(id, after) > 0);
    const strangers: string[] = [];
    for (let index = 0; index < guild.strangers && strangers.length < limit; index++) {
      const id = strangerId(guild.id, index);
      if (compareSnowflakes(id, after) > 0) strangers.push(id);
    }
    return [...known, ...strangers].toSorted(compareSnowflakes).slice(0, limit);
  }

  /** Makes a server. */
  createGuild(name: string, ownerId: string, withBot: boolean): Guild {
    const guild = newGuild(name, ownerId);
    this.guilds.set(guild.id, guild);
    this.setMember(ownerId, guild.id, 0n);
    if (withBot) this.addBot(guild, defaultBotPermissions);
    return guild;
  }

  /** Ends a server, for everyone. */
  deleteGuild(guild: Guild): void {
    this.removeBot(guild);
    this.guilds.delete(guild.id);
    for (const memberships of this.#memberships.values()) memberships.delete(guild.id);
  }

  /** Makes a sample person a member with these permissions on top of what everyone has. */
  setMember(personId: string, guildId: string, permissions: bigint): void {
    const memberships = this.#memberships.get(personId) ?? new Map<string, bigint>();
    this.#memberships.set(personId, memberships.set(guildId, permissions));
  }

  /** Lets the bot join. Where it is already, only its permissions change, as when an invitation is used again. */
  addBot(guild: Guild, permissions: bigint = defaultBotPermissions): void {
    const known = guild.bot;
    guild.bot = { joinedAt: known?.joinedAt ?? new Date().toISOString(), permissions };
    if (!known) this.emit('botJoined', guild);
  }

  /** Makes the bot leave; nothing happens where it is not. */
  removeBot(guild: Guild): void {
    if (!guild.bot) return;
    guild.bot = null;
    this.emit('botLeft', guild);
  }

  rename(guild: Guild, name: string): void {
    guild.name = name;
    if (guild.bot) this.emit('guildRenamed', guild);
  }

  /** Begins or ends an outage of one server. */
  setUnavailable(guild: Guild, unavailable: boolean): void {
    if (guild.unavailable === unavailable) return;
    guild.unavailable = unavailable;
    if (guild.bot) this.emit(unavailable ? 'guildUnavailable' : 'guildAvailable', guild);
  }

  #peopleIn(guild: Guild): string[] {
    return [...this.#memberships]
      .filter(([, memberships]) => memberships.has(guild.id))
      .map(([personId]) => personId);
  }

  #populate(guildCount: number): void {
    this.guilds.clear();
    this.#memberships.clear();
    const withBot = Array.from({ length: guildCount }, (_, index) => sampleGuildWithBot(index));
    const without = Array.from({ length: collectorGuilds }, (_, i) => sampleGuildWithoutBot(i));
    for (const guild of [...withBot, ...without]) {
      this.guilds.set(guild.id, guild);
      if (guild.ownerId === samplePeople.owner.id)
        this.setMember(samplePeople.owner.id, guild.id, 0n);
    }
    for (const guild of [...withBot.slice(1, 5), ...without.slice(1, 5)])
      this.setMember(samplePeople.member.id, guild.id, 0n);

    // Bits on both sides of the thirty-second and at the very top, with and without the right to manage.
    const modest = permissionBits('Timeout Members', 'Pin Messages', 'Bypass Slowmode');
    const manager = permissionBits('Manage Server', 'Timeout Members', 'Bypass Slowmode');
    const administrator = permissionBits('Administrator');
    const grants = [manager, modest, administrator];
    for (const [index, guild] of [...withBot.slice(0, 9), ...without.slice(0, 9)].entries())
      this.setMember(samplePeople.moderator.id, guild.id, grants[index % grants.length] ?? 0n);
    for (const guild of [...withBot.slice(5, 7), ...without.slice(5, 7)])
      this.setMember(samplePeople.nameless.id, guild.id, modest);

    const shared = withBot.slice(0, 60);
    const collected = [...shared, ...without.slice(0, collectorGuilds - shared.length)];
    for (const [index, guild] of collected.entries())
      this.setMember(samplePeople.collector.id, guild.id, grants[index % 5] ?? 0n);
  }
}
