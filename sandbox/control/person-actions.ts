/** Does what a person would do in Discord's own client: use a command, write a message. */
import { channelPayload, firstTextChannelId } from '../payloads/guild-parts.ts';
import { interactionPayload } from '../payloads/interaction.ts';
import { botPayload, userPayload } from '../payloads/user.ts';
import type { Message } from '../rest/message-store.ts';
import type { State } from '../state.ts';
import type { Guild } from '../world/guild.ts';
import type { Person } from '../world/people.ts';
import { isSnowflake } from '../world/snowflake.ts';
import { controlError } from './control-error.ts';

type Place = { guild_id: string; channel_id?: string; user_id: string };

/** A member uses a command of the bot. The answer has the id under which the interaction can be watched. */
export function useCommand(
  state: State,
  use: Place & { command: string; options: readonly object[] },
): { id: string } {
  const { guild, channelId, person } = findPlace(state, use);
  const command = state.commands.findByName(guild.id, use.command);
  if (!command)
    throw controlError('unknown_command', `The bot registered no command "${use.command}" there.`);
  const interaction = state.interactions.create({ guild, channelId, person, command });
  const payload = interactionPayload(state.config, state.world, interaction, use.options);
  if (!state.gateway.publishInteraction(guild.id, payload))
    throw controlError('bot_not_connected', 'No shard of the bot that has this server is online.');
  return { id: interaction.id };
}

/** A member writes a message. `<@id>` of the bot in it mentions the bot. */
export function postMessage(state: State, post: Place & { content: string }): Message {
  const { guild, channelId, person } = findPlace(state, post);
  const mentions = [...post.content.matchAll(/<@!?(\d+)>/g)].flatMap(([, id = '']) => {
    if (id === state.config.clientId) return [botPayload(state.config)];
    const mentioned = isSnowflake(id) ? state.world.person(id) : null;
    return mentioned ? [userPayload(mentioned)] : [];
  });
  const message = state.messages.create(
    channelId,
    userPayload(person),
    { content: post.content },
    { mentions },
  );
  state.gateway.publishMessage('MESSAGE_CREATE', guild.id, message);
  return message;
}

function findPlace(
  state: State,
  place: Place,
): { guild: Guild; channelId: string; person: Person } {
  const guild = state.world.guilds.get(place.guild_id);
  if (!guild) throw controlError('not_found', `No server has the id ${place.guild_id}.`);
  if (!guild.bot) throw controlError('bot_not_there', `The bot is not in "${guild.name}".`);
  const person = isSnowflake(place.user_id) ? state.world.person(place.user_id) : null;
  if (!person || state.world.permissionsIn(guild, person.id) === null)
    throw controlError('not_found', `No member of "${guild.name}" has the id ${place.user_id}.`);
  const channelId = place.channel_id ?? firstTextChannelId(guild);
  if (!channelPayload(guild, channelId))
    throw controlError('not_found', `"${guild.name}" has no channel with the id ${channelId}.`);
  return { guild, channelId, person };
}
