/** What a session is sent because it asked. https://docs.discord.com/developers/events/gateway-events#send-events */
import type { Config } from '../config.ts';
import { channelPayloads, channelTypes } from '../payloads/guild-parts.ts';
import type { Guild } from '../world/guild.ts';
import type { World } from '../world/world.ts';
import type { ChannelInfoRequest, MembersRequest } from './client-frames.ts';
import { memberChunks } from './member-chunks.ts';
import { intents } from './protocol.ts';
import type { GatewayEvent, Session } from './session.ts';

/** Where answers come from. */
export type Source = {
  readonly config: Config;
  readonly world: World;
  /** A server that the session's shard hears of, or null. */
  guildOf(session: Session, guildId: string): Guild | null;
};

/** A server's members, a thousand an event. */
export function memberEvents(
  source: Source,
  session: Session,
  request: MembersRequest,
): GatewayEvent[] {
  const guild = source.guildOf(session, request.guild_id);
  if (!guild) return [];
  // Without the intent the whole list is not given, and as at Discord nothing says so.
  const wantsAll = request.user_ids === undefined && !request.query && request.limit === 0;
  if (wantsAll && !session.hears(intents.guildMembers)) return [];
  const chunks = memberChunks(source.config, source.world, guild, request);
  return chunks.map((chunk) => ({ type: 'GUILD_MEMBERS_CHUNK', data: () => chunk }));
}

/** The sounds of servers' soundboards: nobody here made one. */
export function soundboardEvents(
  source: Source,
  session: Session,
  { guild_ids }: { guild_ids: readonly string[] },
): GatewayEvent[] {
  return guild_ids
    .filter((id) => source.guildOf(session, id) !== null)
    .map((guild_id) => ({
      type: 'SOUNDBOARD_SOUNDS',
      data: () => ({ guild_id, soundboard_sounds: [] }),
    }));
}

/** What passes in a server's voice channels: nobody here is ever in one. */
export function channelInfoEvents(
  source: Source,
  session: Session,
  request: ChannelInfoRequest,
): GatewayEvent[] {
  const guild = source.guildOf(session, request.guild_id);
  if (!guild) return [];
  const fields = ['status', 'voice_start_time'].filter((name) => request.fields.includes(name));
  const channels = channelPayloads(guild)
    .filter(({ type }) => type === channelTypes.voice)
    .map(({ id }) => Object.fromEntries([['id', id], ...fields.map((name) => [name, null])]));
  return [{ type: 'CHANNEL_INFO', data: () => ({ guild_id: guild.id, channels }) }];
}
