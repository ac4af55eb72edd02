/** The application, the authorization a token stands for, and the way to the gateway. */
import { json } from '../http/answer.ts';
import { intentFlags } from '../gateway/protocol.ts';
import { applicationPayload, ownApplicationPayload } from '../payloads/application.ts';
import { userPayload } from '../payloads/user.ts';
import type { State } from '../state.ts';
import type { Route } from './route.ts';

const ownApplication = (path: string): Route => ({
  for: 'bot',
  method: 'GET',
  path,
  answer: ({ state }) =>
    json(
      200,
      ownApplicationPayload(state.config, flags(state), {
        guilds: state.world.guildsWithBot().length,
        authorizations: state.grants.authorisationCount,
      }),
    ),
});

export const applicationRoutes: Route[] = [
  ownApplication('/applications/@me'),
  ownApplication('/oauth2/applications/@me'),
  {
    for: 'person',
    method: 'GET',
    path: '/oauth2/@me',
    answer: ({ state, caller: { person, grant, expiresAtMs } }) =>
      json(200, {
        application: applicationPayload(state.config, flags(state)),
        scopes: grant.scopes,
        expires: new Date(expiresAtMs).toISOString(),
        ...(grant.scopes.includes('identify') ? { user: userPayload(person) } : {}),
      }),
  },
  {
    for: 'anyone',
    method: 'GET',
    path: '/gateway',
    answer: ({ state }) => json(200, { url: state.gateway.url }),
  },
  {
    for: 'bot',
    method: 'GET',
    path: '/gateway/bot',
    answer: ({ state: { gateway } }) =>
      json(200, {
        url: gateway.url,
        shards: gateway.recommendedShards,
        session_start_limit: {
          ...gateway.startBudget.describe(),
          // At least as many as there are shards, so that nobody waits five seconds for each.
          max_concurrency: Math.max(16, gateway.recommendedShards),
        },
      }),
  },
];

function flags(state: State): number {
  return intentFlags(state.settings.privileged_intents);
}
