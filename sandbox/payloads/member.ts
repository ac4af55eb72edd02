/** Members of a server as Discord describes them. https://docs.discord.com/developers/resources/guild#guild-member-object */
import type { Config } from '../config.ts';
import type { Guild } from '../world/guild.ts';
import type { Person } from '../world/people.ts';
import { snowflakeTime } from '../world/snowflake.ts';
import { botRoleId } from './guild-parts.ts';
import { botPayload, userPayload } from './user.ts';

/** A person in a server. They join an hour after whichever of the two is younger. */
export function memberPayload(guild: Guild, person: Person) {
  const joined = Math.max(snowflakeTime(guild.id), snowflakeTime(person.id)) + 3_600_000;
  return {
    user: userPayload(person),
    roles: [] as string[],
    joined_at: new Date(joined).toISOString(),
    ...neutral,
  };
}

/** The bot in a server it is in. */
export function botMemberPayload(config: Config, guild: Guild) {
  return {
    user: botPayload(config),
    roles: [botRoleId(guild)],
    joined_at: guild.bot?.joinedAt ?? new Date(snowflakeTime(guild.id)).toISOString(),
    ...neutral,
  };
}

const neutral = {
  nick: null,
  avatar: null,
  banner: null,
  avatar_decoration_data: null,
  collectibles: null,
  premium_since: null,
  communication_disabled_until: null,
  pending: false,
  deaf: false,
  mute: false,
  flags: 0,
};
