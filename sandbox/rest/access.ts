/** What a bot can reach: servers it is in, and their channels. */
import { guildIdOfPart, channelPayload } from '../payloads/guild-parts.ts';
import type { State } from '../state.ts';
import type { Guild } from '../world/guild.ts';
import { hasPermission, memberPermissions, type PermissionName } from '../world/permissions.ts';
import { apiError } from './api-error.ts';
import { requireSnowflake } from './body.ts';

/** A server the bot is in. Throws when there is none with this id, or the bot is not in it. */
export function reachGuild(state: State, id: string): Guild {
  requireSnowflake('guild_id', id);
  const guild = state.world.guilds.get(id);
  if (!guild) throw apiError('unknownGuild');
  if (!guild.bot) throw apiError('missingAccess');
  return guild;
}

/** A channel of a server the bot is in. */
export function reachChannel(state: State, id: string) {
  requireSnowflake('channel_id', id);
  const guild = state.world.guilds.get(guildIdOfPart(id));
  const channel = guild && channelPayload(guild, id);
  if (!guild || !channel) throw apiError('unknownChannel');
  if (!guild.bot) throw apiError('missingAccess');
  return { guild, channel };
}

/** A message of a channel of a server the bot is in. */
export function reachMessage(state: State, params: Record<string, string>) {
  const { guild, channel } = reachChannel(state, params.channel_id ?? '');
  const message = state.messages.find(channel.id, params.message_id ?? '');
  if (!message) throw apiError('unknownMessage');
  return { guild, message };
}

/** What the bot may do in a server: what its role allows and what everyone may. */
export function botPermissions(guild: Guild): bigint {
  return (guild.bot?.permissions ?? 0n) | memberPermissions;
}

/** Throws unless the bot has a permission. */
export function requireBotPermission(guild: Guild, name: PermissionName): void {
  if (!hasPermission(botPermissions(guild), name)) throw apiError('missingPermissions');
}
