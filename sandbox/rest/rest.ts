/** REST v10: finds the route, checks the token, counts the request, answers. */
import { createHash } from 'node:crypto';
import { Refusal, type Answer } from '../http/answer.ts';
import type { SandboxRequest } from '../http/request.ts';
import { Router } from '../http/router.ts';
import { sameText } from '../oauth/client-authentication.ts';
import type { State } from '../state.ts';
import { apiError, type ApiErrorName } from './api-error.ts';
import { applicationRoutes } from './application-routes.ts';
import { requireSnowflake } from './body.ts';
import { channelRoutes } from './channel-routes.ts';
import { commandRoutes } from './command-routes.ts';
import { guildRoutes } from './guild-routes.ts';
import { interactionRoutes } from './interaction-routes.ts';
import { pinRoutes } from './pin-routes.ts';
import { defaultLimit } from './rate-limiter.ts';
import type { Call, Caller, Route } from './route.ts';
import { userRoutes } from './user-routes.ts';

const router = new Router<Route>();
for (const route of [
  ...applicationRoutes,
  ...userRoutes,
  ...guildRoutes,
  ...channelRoutes,
  ...pinRoutes,
  ...commandRoutes,
  ...interactionRoutes,
])
  router.add(route.method, route.path, route);

/** Every REST route, for people to read. */
export function listRestRoutes(): { method: string; template: string }[] {
  return router.list();
}

/** Answers a request whose path, below `/api/v10`, is `segments`. */
export function answerRest(state: State, request: SandboxRequest, segments: string[]): Answer {
  const found = router.find(request.method, segments);
  // Unknown routes are 404 whatever the token: discord.js drops its token for good after one 401.
  if (found === null) return apiError('notFound').answer;
  if (found === 'method') return apiError('methodNotAllowed').answer;
  const { handler: route, template, params } = found;

  const caller = identify(state, request, route);
  if (typeof caller === 'string') return apiError(caller).answer;
  const { headers, refusal } = state.rateLimiter.count({
    caller: callerKey(request, route),
    route: `${route.method} ${template}`,
    resource: params.guild_id ?? params.channel_id ?? params.interaction_token ?? '',
    limit: route.limit ?? defaultLimit,
    countsGlobally: caller.kind === 'bot',
  });
  if (refusal) return refusal;
  const answer = settle(() => {
    for (const [name, value] of Object.entries(params))
      if (name !== 'user_id' && name.endsWith('_id') && value !== '@original')
        requireSnowflake(name, value);
    // The caller was identified by the route's own rule, which is what its type says.
    return (route.answer as (call: Call) => Answer)({ state, request, params, caller });
  });
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

/** Who calls, or why they may not call this route. */
function identify(state: State, request: SandboxRequest, route: Route): Caller | ApiErrorName {
  if (route.for === 'anyone') return { kind: 'anyone' };
  const [scheme = '', token = ''] = (request.headers.authorization ?? '').split(' ');
  if (scheme === 'Bot' && sameText(token, state.config.botToken))
    return route.for === 'person' ? 'botsNotAllowed' : { kind: 'bot' };
  const bearer = scheme.toLowerCase() === 'bearer' ? state.grants.bearer(token) : null;
  const person = bearer && state.world.people.get(bearer.grant.personId);
  if (!bearer || !person || route.for === 'bot') return 'unauthorized';
  if (route.scope && !bearer.grant.scopes.includes(route.scope)) return 'missingScope';
  return { kind: 'bearer', person, ...bearer };
}

/** Limits are counted for each token; where none is asked for, for each address. */
function callerKey(request: SandboxRequest, route: Route): string {
  const key =
    route.for === 'anyone' ? request.remoteAddress : (request.headers.authorization ?? '');
  return createHash('sha256').update(key).digest('base64url');
}

function settle(answer: () => Answer): Answer {
  try {
    return answer();
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}
