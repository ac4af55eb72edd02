/** Splits a server's members into GUILD_MEMBERS_CHUNK events. https://docs.discord.com/developers/events/gateway-events#guild-members-chunk */
import type { Config } from '../config.ts';
import { botMemberPayload, memberPayload } from '../payloads/member.ts';
import { isCalled } from '../payloads/user.ts';
import type { Guild } from '../world/guild.ts';
import { isSnowflake } from '../world/snowflake.ts';
import type { World } from '../world/world.ts';
import type { MembersRequest } from './client-frames.ts';

const chunkSize = 1_000;
/** How many members a search by name may give. */
const maxFound = 100;

export function memberChunks(config: Config, world: World, guild: Guild, request: MembersRequest) {
  const { user_ids, query = '' } = request;
  const everyone = [
    botMemberPayload(config, guild),
    ...(user_ids ?? world.memberIds(guild, '0', Infinity)).flatMap((id) => {
      const person = isSnowflake(id) ? world.person(id) : null;
      const isMember = person !== null && world.permissionsIn(guild, id) !== null;
      return isMember ? [memberPayload(guild, person)] : [];
    }),
  ];
  const found = everyone.filter(({ user }) =>
    user_ids ? user_ids.includes(user.id) : isCalled(user, query),
  );
  const limited = request.limit > 0 ? found.slice(0, Math.min(request.limit, maxFound)) : found;
  const foundIds = new Set(found.map(({ user }) => user.id));
  const count = Math.max(1, Math.ceil(limited.length / chunkSize));
  return Array.from({ length: count }, (_, index) => ({
    guild_id: guild.id,
    members: limited.slice(index * chunkSize, (index + 1) * chunkSize),
    chunk_index: index,
    chunk_count: count,
    ...(request.presences ? { presences: [] } : {}),
    not_found: (user_ids ?? []).filter((id) => !foundIds.has(id)),
    ...(request.nonce === undefined ? {} : { nonce: request.nonce }),
  }));
}
