/** The control API under `/sandbox`: what tests and the curious turn. */
import * as z from 'zod';
import { maxGuilds } from '../config.ts';
import { json, noContent, type Answer } from '../http/answer.ts';
import { idField, readJson } from '../http/read-json.ts';
import { mediaType, type SandboxRequest } from '../http/request.ts';
import { Router } from '../http/router.ts';
import { resetState, type State } from '../state.ts';
import { settingsPatch } from '../settings.ts';
import type { Guild } from '../world/guild.ts';
import { samplePeople, type Person } from '../world/people.ts';
import { isSnowflake } from '../world/snowflake.ts';
import { controlError } from './control-error.ts';
import { faultBody } from './faults.ts';
import { requireLocal } from './local-only.ts';
import { postMessage, useCommand } from './person-actions.ts';
import { describeWorld, guildSummary } from './world-summary.ts';

type ControlCall = { state: State; request: SandboxRequest; params: Record<string, string> };
type Handler = (call: ControlCall) => Answer;

const guildName = z.string().min(1).max(100);

const router = new Router<Handler>()
  .add('GET', '/world', ({ state, request }) => json(200, describeWorld(state, request.query)))
  .add('POST', '/reset', (call) => {
    const { guilds } = readBody(
      call,
      z.strictObject({ guilds: z.int().min(0).max(maxGuilds).optional() }),
    );
    resetState(call.state, guilds ?? call.state.config.guilds);
    return noContent();
  })
  .add('POST', '/guilds', (call) => {
    const { state } = call;
    const body = readBody(
      call,
      z.strictObject({
        name: guildName.default('A new server'),
        owner_id: idField.default(samplePeople.owner.id),
        bot: z.boolean().default(false),
      }),
    );
    const owner = samplePerson(state, body.owner_id);
    return json(201, guildSummary(state, state.world.createGuild(body.name, owner.id, body.bot)));
  })
  .add('GET', '/guilds/:id', (call) => json(200, guildSummary(call.state, findGuild(call))))
  .add('PATCH', '/guilds/:id', (call) => {
    const { world } = call.state;
    const guild = findGuild(call);
    const { name, unavailable } = readBody(
      call,
      z.strictObject({ name: guildName.optional(), unavailable: z.boolean().optional() }),
    );
    if (name !== undefined) world.rename(guild, name);
    if (unavailable !== undefined) world.setUnavailable(guild, unavailable);
    return json(200, guildSummary(call.state, guild));
  })
  .add('DELETE', '/guilds/:id', (call) => {
    call.state.world.deleteGuild(findGuild(call));
    return noContent();
  })
  .add('PUT', '/guilds/:id/bot', (call) => {
    call.state.world.addBot(findGuild(call));
    return noContent();
  })
  .add('DELETE', '/guilds/:id/bot', (call) => {
    call.state.world.removeBot(findGuild(call));
    return noContent();
  })
  .add('PUT', '/guilds/:id/members/:person_id', (call) => {
    const { permissions } = readBody(
      call,
      z.strictObject({ permissions: z.string().refine(isSnowflake).default('0') }),
    );
    const person = samplePerson(call.state, call.params.person_id ?? '');
    call.state.world.setMember(person.id, findGuild(call).id, BigInt(permissions));
    return noContent();
  })
  .add('DELETE', '/people/:person_id/authorization', ({ state, params }) => {
    state.grants.revokePerson(samplePerson(state, params.person_id ?? '').id);
    return noContent();
  })
  .add('POST', '/gateway', (call) => {
    const { gateway } = call.state;
    const { action } = readBody(
      call,
      z.strictObject({ action: z.enum(['drop', 'reconnect', 'invalidate', 'refuse', 'accept']) }),
    );
    ({
      drop: () => gateway.cutConnections(),
      reconnect: () => gateway.askToReconnect(),
      invalidate: () => gateway.invalidateSessions(),
      refuse: () => gateway.refuseConnections(),
      accept: () => gateway.acceptConnections(),
    })[action]();
    return noContent();
  })
  .add('POST', '/interactions', (call) => {
    const body = readBody(
      call,
      z.strictObject({
        guild_id: idField,
        channel_id: idField.optional(),
        user_id: idField,
        command: z.string(),
        options: z.array(z.looseObject({ name: z.string(), type: z.int() })).default([]),
      }),
    );
    return json(201, useCommand(call.state, body));
  })
  .add('GET', '/interactions/:id', ({ state, params }) => {
    const interaction = state.interactions.find(params.id ?? '');
    if (!interaction) throw controlError('not_found', 'There is no such interaction.');
    const { id, acknowledged, original } = interaction;
    return json(200, { id, acknowledged, response: original });
  })
  .add('POST', '/messages', (call) => {
    const body = readBody(
      call,
      z.strictObject({
        guild_id: idField,
        channel_id: idField.optional(),
        user_id: idField,
        content: z.string().min(1).max(2_000),
      }),
    );
    return json(201, postMessage(call.state, body));
  })
  .add('GET', '/faults', ({ state }) => json(200, { faults: state.faults.list() }))
  .add('POST', '/faults', (call) => json(201, call.state.faults.add(readBody(call, faultBody))))
  .add('DELETE', '/faults', ({ state }) => {
    state.faults.clear();
    return noContent();
  })
  .add('GET', '/settings', ({ state }) => json(200, state.settings))
  .add('PATCH', '/settings', (call) => {
    Object.assign(call.state.settings, readBody(call, settingsPatch));
    return json(200, call.state.settings);
  })
  .add('GET', '/journal', ({ state }) => json(200, { entries: state.journal.list() }))
  .add('DELETE', '/journal', ({ state }) => {
    state.journal.clear();
    return noContent();
  });

/** Every route of the control API, for people to read. */
export function listControlRoutes(): { method: string; template: string }[] {
  return router.list();
}

/** Answers a request whose path, below `/sandbox`, is `segments`. */
export function answerControl(state: State, request: SandboxRequest, segments: string[]): Answer {
  requireLocal(request);
  const found = router.find(request.method, segments);
  if (found === null) throw controlError('not_found', `There is nothing at ${request.path}.`);
  if (found === 'method')
    throw controlError('method_not_allowed', `${request.path} does not take ${request.method}.`);
  return found.handler({ state, request, params: found.params });
}

/** A JSON body as a schema reads it; none at all counts as `{}`. */
function readBody<Shape extends z.ZodType>({ request }: ControlCall, shape: Shape): z.infer<Shape> {
  let value: unknown = {};
  if (request.body.length > 0) {
    if (mediaType(request) !== 'application/json')
      throw controlError('invalid_body', 'Send JSON, with the content type application/json.');
    try {
      value = readJson(request.body.toString('utf8'));
    } catch (error) {
      throw controlError('invalid_body', `This is not JSON: ${(error as Error).message}`);
    }
  }
  const parsed = shape.safeParse(value);
  if (!parsed.success) throw controlError('invalid_body', z.prettifyError(parsed.error));
  return parsed.data;
}

function findGuild({ state, params }: ControlCall): Guild {
  const guild = state.world.guilds.get(params.id ?? '');
  if (!guild) throw controlError('not_found', `No server has the id ${params.id}.`);
  return guild;
}

function samplePerson(state: State, id: string): Person {
  const person = state.world.people.get(id);
  if (!person) throw controlError('not_found', `None of the sample people has the id ${id}.`);
  return person;
}
