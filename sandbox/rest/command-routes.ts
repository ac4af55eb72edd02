/** Registering commands. https://docs.discord.com/developers/interactions/application-commands */
import * as z from 'zod';
import { json, noContent } from '../http/answer.ts';
import { reachGuild } from './access.ts';
import { apiError } from './api-error.ts';
import { queryFlag, readJsonBody } from './body.ts';
import { localize } from './command-locale.ts';
import { commandBody, commandPatch, type Command, type CommandPlace } from './command-registry.ts';
import type { Call, Route } from './route.ts';

/** The same six routes for commands of every server and for those of one. */
const routesUnder = (path: string): Route[] => [
  {
    for: 'bot',
    method: 'GET',
    path,
    answer: (call) => {
      const commands = call.state.commands.list(reachPlace(call));
      if (queryFlag(call.request, 'with_localizations')) return json(200, commands);
      const locale = call.request.headers['x-discord-locale'];
      return json(200, localize(commands, typeof locale === 'string' ? locale : null));
    },
  },
  {
    for: 'bot',
    method: 'POST',
    path,
    answer: (call) => {
      const { state, request, params } = call;
      const place = reachPlace(call);
      const body = readJsonBody(request, commandBody);
      const { command, isNew } = state.commands.put(params.application_id ?? '', place, body);
      return json(isNew ? 201 : 200, command);
    },
  },
  {
    for: 'bot',
    method: 'PUT',
    path,
    answer: (call) => {
      const { state, request, params } = call;
      const place = reachPlace(call);
      const bodies = readJsonBody(request, z.array(commandBody));
      return json(200, state.commands.replaceAll(params.application_id ?? '', place, bodies));
    },
  },
  {
    for: 'bot',
    method: 'GET',
    path: `${path}/:command_id`,
    answer: (call) => json(200, reachCommand(call).command),
  },
  {
    for: 'bot',
    method: 'PATCH',
    path: `${path}/:command_id`,
    answer: (call) => {
      const { place, command } = reachCommand(call);
      const patch = readJsonBody(call.request, commandPatch);
      return json(200, call.state.commands.edit(place, command, patch));
    },
  },
  {
    for: 'bot',
    method: 'DELETE',
    path: `${path}/:command_id`,
    answer: (call) => {
      const { place, command } = reachCommand(call);
      call.state.commands.delete(place, command.id);
      return noContent();
    },
  },
];

const guildCommands = '/applications/:application_id/guilds/:guild_id/commands';

/** Who may use commands is set by people in a server's settings, and nobody here does. */
const permissionRoutes: Route[] = [
  {
    for: 'bot',
    method: 'GET',
    path: `${guildCommands}/permissions`,
    answer: (call) => {
      reachPlace(call);
      return json(200, []);
    },
  },
  {
    for: 'bot',
    method: 'GET',
    path: `${guildCommands}/:command_id/permissions`,
    answer: (call) => {
      reachPlace(call);
      throw apiError('unknownCommandPermissions');
    },
  },
];

export const commandRoutes: Route[] = [
  ...routesUnder('/applications/:application_id/commands'),
  ...routesUnder(guildCommands),
  ...permissionRoutes,
];

function reachPlace({ state, params }: Call): CommandPlace {
  if (params.application_id !== state.config.clientId) throw apiError('notThisApplication');
  return params.guild_id === undefined ? null : reachGuild(state, params.guild_id).id;
}

function reachCommand(call: Call): { place: CommandPlace; command: Command } {
  const place = reachPlace(call);
  const command = call.state.commands.find(place, call.params.command_id ?? '');
  if (!command) throw apiError('unknownCommand');
  return { place, command };
}
