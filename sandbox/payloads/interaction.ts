/** An interaction as the gateway gives it. https://docs.discord.com/developers/interactions/receiving-and-responding */
import type { Config } from '../config.ts';
import type { Interaction } from '../rest/interaction-registry.ts';
import { botPermissions } from '../rest/access.ts';
import type { World } from '../world/world.ts';
import { channelPayload } from './guild-parts.ts';
import { memberPayload } from './member.ts';

/** `options` are what the person typed, as Discord nests them. */
export function interactionPayload(
  config: Config,
  world: World,
  interaction: Interaction,
  options: readonly object[],
) {
  const { id, token, guild, channelId, person, command } = interaction;
  const permissions = (world.permissionsIn(guild, person.id) ?? 0n).toString();
  const appPermissions = botPermissions(guild).toString();
  return {
    id,
    application_id: config.clientId,
    type: 2, // a command was used
    token,
    version: 1,
    data: {
      id: command.id,
      name: command.name,
      type: command.type,
      ...(command.guild_id === undefined ? {} : { guild_id: command.guild_id }),
      ...(options.length > 0 ? { options } : {}),
    },
    guild_id: guild.id,
    guild: { id: guild.id, locale: guild.locale, features: guild.features },
    guild_locale: guild.locale,
    channel_id: channelId,
    channel: { ...channelPayload(guild, channelId), permissions: appPermissions },
    member: { ...memberPayload(guild, person), permissions },
    app_permissions: appPermissions,
    locale: person.locale,
    entitlements: [],
    authorizing_integration_owners: { '0': guild.id },
    context: 0, // in a server
    attachment_size_limit: 10_485_760,
  };
}
