/** Servers as Discord describes them. https://docs.discord.com/developers/resources/guild */
import type { Config } from '../config.ts';
import type { Guild } from '../world/guild.ts';
import type { World } from '../world/world.ts';
import { channelPayloads, emojiPayloads, firstTextChannelId, rolePayloads } from './guild-parts.ts';
import { botMemberPayload } from './member.ts';

/** A server as REST gives it to a bot. Counts only where they were asked for. */
export function guildPayload(config: Config, world: World, guild: Guild, withCounts = false) {
  return {
    id: guild.id,
    name: guild.name,
    icon: guild.icon,
    description: null,
    home_header: null,
    splash: null,
    discovery_splash: null,
    features: guild.features,
    banner: null,
    owner_id: guild.ownerId,
    application_id: null,
    region: 'deprecated',
    afk_channel_id: null,
    afk_timeout: 300,
    system_channel_id: firstTextChannelId(guild),
    system_channel_flags: 0,
    widget_enabled: false,
    widget_channel_id: null,
    verification_level: 1,
    roles: rolePayloads(guild, config.clientId),
    default_message_notifications: 1,
    mfa_level: 0,
    explicit_content_filter: 0,
    max_presences: null,
    max_members: 500_000,
    max_stage_video_channel_users: 50,
    max_video_channel_users: 25,
    vanity_url_code: null,
    premium_tier: 0,
    premium_subscription_count: 0,
    preferred_locale: guild.locale,
    rules_channel_id: null,
    safety_alerts_channel_id: null,
    public_updates_channel_id: null,
    premium_progress_bar_enabled: false,
    nsfw: false,
    nsfw_level: 0,
    emojis: emojiPayloads(guild),
    stickers: [],
    incidents_data: null,
    ...(withCounts ? approximateCounts(world, guild) : {}),
  };
}

/** Why the gateway tells of a server. The bot joined it, or it is one of the bot's that can be reached (again). */
export type GuildCreateReason = 'joined' | 'available';

/** A server as the gateway gives it when it becomes known. The surprise: of its members only the bot is in it. */
export function guildCreatePayload(
  config: Config,
  world: World,
  guild: Guild,
  reason: GuildCreateReason,
  largeThreshold: number,
) {
  const memberCount = world.memberCount(guild);
  return {
    ...guildPayload(config, world, guild),
    joined_at: guild.bot?.joinedAt ?? null,
    large: memberCount > largeThreshold,
    // Only so does discord.py know the one from the other.
    ...(reason === 'available' ? { unavailable: false } : {}),
    member_count: memberCount,
    members: [botMemberPayload(config, guild)],
    channels: channelPayloads(guild),
    threads: [],
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}

/** A server in the list of one's own. Counts only where they were asked for. */
export function listedGuildPayload(
  world: World,
  guild: Guild,
  me: { owner: boolean; permissions: bigint },
  withCounts: boolean,
) {
  return {
    id: guild.id,
    name: guild.name,
    icon: guild.icon,
    banner: null,
    owner: me.owner,
    permissions: me.permissions.toString(),
    features: guild.features,
    ...(withCounts ? approximateCounts(world, guild) : {}),
  };
}

/** What anyone may know of a server. */
export function guildPreviewPayload(world: World, guild: Guild) {
  return {
    id: guild.id,
    name: guild.name,
    icon: guild.icon,
    description: null,
    home_header: null,
    splash: null,
    discovery_splash: null,
    features: guild.features,
    emojis: emojiPayloads(guild),
    stickers: [],
    ...approximateCounts(world, guild),
  };
}

function approximateCounts(world: World, guild: Guild) {
  const members = world.memberCount(guild);
  return {
    approximate_member_count: members,
    approximate_presence_count: Math.ceil(members / 3),
  };
}
