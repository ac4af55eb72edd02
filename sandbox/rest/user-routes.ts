/** People, the bot itself, and the servers they are in. https://docs.discord.com/developers/resources/user */
import { json, noContent } from '../http/answer.ts';
import { listedGuildPayload } from '../payloads/guild.ts';
import { memberPayload } from '../payloads/member.ts';
import { botPayload, botSelfPayload, selfPayload, userPayload } from '../payloads/user.ts';
import { compareSnowflakes } from '../world/snowflake.ts';
import { botPermissions, reachGuild } from './access.ts';
import { apiError } from './api-error.ts';
import { queryFlag, queryNumber, querySnowflake, requireSnowflake } from './body.ts';
import type { Bearer, Call, Route } from './route.ts';

const maxListedGuilds = 200;

export const userRoutes: Route[] = [
  {
    for: 'bot or person',
    method: 'GET',
    path: '/users/@me',
    scope: 'identify',
    answer: ({ state, caller }) =>
      json(
        200,
        caller.kind === 'bot'
          ? botSelfPayload(state.config)
          : selfPayload(caller.person, caller.grant.scopes.includes('email')),
      ),
  },
  {
    for: 'bot or person',
    method: 'GET',
    path: '/users/@me/guilds',
    scope: 'guilds',
    // Discord names no number. This one is out of the way of people, and still stops a loop.
    limit: { requests: 60, windowMs: 10_000 },
    answer: (call) => json(200, listGuilds(call)),
  },
  {
    for: 'person',
    method: 'GET',
    path: '/users/@me/guilds/:guild_id/member',
    scope: 'guilds.members.read',
    answer: ({ state, params, caller: { person } }) => {
      const guild = state.world.guilds.get(params.guild_id ?? '');
      if (!guild || state.world.permissionsIn(guild, person.id) === null)
        throw apiError('unknownGuild');
      return json(200, memberPayload(guild, person));
    },
  },
  {
    for: 'bot',
    method: 'DELETE',
    path: '/users/@me/guilds/:guild_id',
    answer: ({ state, params }) => {
      state.world.removeBot(reachGuild(state, params.guild_id ?? ''));
      return noContent();
    },
  },
  {
    for: 'bot',
    method: 'GET',
    path: '/users/:user_id',
    answer: ({ state, params }) => {
      const id = params.user_id ?? '';
      if (id === state.config.clientId) return json(200, botPayload(state.config));
      requireSnowflake('user_id', id);
      const person = state.world.person(id);
      if (!person) throw apiError('unknownUser');
      return json(200, userPayload(person));
    },
  },
];

function listGuilds({ state, request, caller }: Call<{ kind: 'bot' } | Bearer>) {
  const limit = queryNumber(request, 'limit', {
    min: 1,
    max: maxListedGuilds,
    fallback: maxListedGuilds,
  });
  const after = querySnowflake(request, 'after');
  const before = querySnowflake(request, 'before');
  const withCounts = queryFlag(request, 'with_counts');
  const { world } = state;
  const mine =
    caller.kind === 'bot'
      ? world
          .guildsWithBot()
          .toSorted((left, right) => compareSnowflakes(left.id, right.id))
          .map((guild) => ({ guild, permissions: botPermissions(guild) }))
      : world.guildsOf(caller.person.id);
  const between = mine.filter(
    ({ guild }) =>
      (after === null || compareSnowflakes(guild.id, after) > 0) &&
      (before === null || compareSnowflakes(guild.id, before) < 0),
  );
  // Going backwards gives the ones next to `before`, still in ascending order.
  const listed =
    before !== null && after === null ? between.slice(-limit) : between.slice(0, limit);
  const myId = caller.kind === 'bot' ? state.config.clientId : caller.person.id;
  return listed.map(({ guild, permissions }) =>
    listedGuildPayload(world, guild, { owner: guild.ownerId === myId, permissions }, withCounts),
  );
}
