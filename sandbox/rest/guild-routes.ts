/** Servers, their roles and members. https://docs.discord.com/developers/resources/guild */
import { json } from '../http/answer.ts';
import { guildPayload, guildPreviewPayload } from '../payloads/guild.ts';
import { channelPayloads, rolePayloads } from '../payloads/guild-parts.ts';
import { botMemberPayload, memberPayload } from '../payloads/member.ts';
import { isCalled } from '../payloads/user.ts';
import type { State } from '../state.ts';
import type { Guild } from '../world/guild.ts';
import { compareSnowflakes } from '../world/snowflake.ts';
import { reachGuild } from './access.ts';
import { apiError } from './api-error.ts';
import { missingField, queryFlag, queryNumber, querySnowflake, requireSnowflake } from './body.ts';
import type { Route } from './route.ts';

export const guildRoutes: Route[] = [
  {
    for: 'bot',
    method: 'GET',
    path: '/guilds/:guild_id',
    answer: ({ state, request, params }) => {
      const guild = reachGuild(state, params.guild_id ?? '');
      const withCounts = queryFlag(request, 'with_counts');
      return json(200, guildPayload(state.config, state.world, guild, withCounts));
    },
  },
  {
    for: 'bot',
    method: 'GET',
    path: '/guilds/:guild_id/preview',
    answer: ({ state, params }) =>
      json(200, guildPreviewPayload(state.world, reachGuild(state, params.guild_id ?? ''))),
  },
  {
    for: 'bot',
    method: 'GET',
    path: '/guilds/:guild_id/channels',
    answer: ({ state, params }) =>
      json(200, channelPayloads(reachGuild(state, params.guild_id ?? ''))),
  },
  {
    for: 'bot',
    method: 'GET',
    path: '/guilds/:guild_id/roles',
    answer: ({ state, params }) =>
      json(200, rolePayloads(reachGuild(state, params.guild_id ?? ''), state.config.clientId)),
  },
  {
    for: 'bot',
    method: 'GET',
    path: '/guilds/:guild_id/members',
    answer: ({ state, request, params }) => {
      const guild = reachGuild(state, params.guild_id ?? '');
      // The list of members is as privileged over REST as over the gateway.
      if (!state.settings.privileged_intents.includes('GUILD_MEMBERS'))
        throw apiError('missingAccess');
      const limit = queryNumber(request, 'limit', { min: 1, max: 1_000, fallback: 1 });
      const after = querySnowflake(request, 'after') ?? '0';
      return json(200, listMembers(state, guild, after, limit));
    },
  },
  {
    for: 'bot',
    method: 'GET',
    path: '/guilds/:guild_id/members/search',
    answer: ({ state, request, params }) => {
      const guild = reachGuild(state, params.guild_id ?? '');
      const query = request.query.get('query');
      if (!query) throw missingField('query');
      const limit = queryNumber(request, 'limit', { min: 1, max: 1_000, fallback: 1 });
      const everyone = listMembers(state, guild, '0', Infinity);
      const found = everyone.filter(({ user }) => isCalled(user, query));
      return json(200, found.slice(0, limit));
    },
  },
  {
    for: 'bot',
    method: 'GET',
    path: '/guilds/:guild_id/members/:user_id',
    answer: ({ state, params }) => {
      const guild = reachGuild(state, params.guild_id ?? '');
      const id = params.user_id ?? '';
      if (id === '@me') return json(200, botMemberPayload(state.config, guild));
      requireSnowflake('user_id', id);
      return json(200, findMember(state, guild, id));
    },
  },
];

function findMember(state: State, guild: Guild, id: string) {
  if (id === state.config.clientId) return botMemberPayload(state.config, guild);
  const person = state.world.person(id);
  if (!person) throw apiError('unknownUser');
  if (state.world.permissionsIn(guild, id) === null) throw apiError('unknownMember');
  return memberPayload(guild, person);
}

function listMembers(state: State, guild: Guild, after: string, limit: number) {
  const botId = state.config.clientId;
  const people = state.world.memberIds(guild, after, limit);
  const ids = compareSnowflakes(botId, after) > 0 ? [...people, botId] : people;
  return ids
    .toSorted(compareSnowflakes)
    .slice(0, limit)
    .map((id) => findMember(state, guild, id));
}
