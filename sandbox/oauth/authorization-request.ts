/** Judges what a client asks of `/oauth2/authorize`, before anyone is shown anything. RFC 6749 §4.1 */
import type { Config } from '../config.ts';
import { parameter, repeatedParameter } from '../http/form.ts';
import type { Settings } from '../settings.ts';
import { allPermissions } from '../world/permissions.ts';
import { isSnowflake } from '../world/snowflake.ts';
import { isChallenge } from './pkce.ts';
import { isInstallOnly, parseScopes, type Scope } from './scopes.ts';

export type AuthorizationRequest = {
  scopes: Scope[];
  /** Where the code goes; null when only an installation is asked for and nothing waits for a code. */
  redirectUri: string | null;
  state: string | null;
  challenge: string | null;
  skipWhenAuthorised: boolean;
  permissions: bigint;
  guildId: string | null;
  /** The person may not choose another server than `guildId`. */
  guildLocked: boolean;
};

/** Why a request cannot go on, in RFC 6749 §4.1.2.1's words. */
export type AuthorizationProblem = {
  error:
    | 'invalid_request'
    | 'invalid_scope'
    | 'unsupported_response_type'
    | 'access_denied'
    | 'server_error';
  description: string;
};

export type Judged =
  | { ok: true; request: AuthorizationRequest }
  /** `redirectUri` null: told to the person on a page, never by a redirect to a place that was not registered. */
  | { ok: false; problem: AuthorizationProblem; redirectUri: string | null; state: string | null };

/** Reads an authorization request from its query. */
export function judgeAuthorizationRequest(
  query: URLSearchParams,
  config: Config,
  settings: Settings,
): Judged {
  // Who asks, and where the answer may go, must be certain before anything is sent there.
  for (const name of ['client_id', 'redirect_uri', 'state'])
    if (query.getAll(name).length > 1) return onPage(`"${name}" is given more than once.`);
  const clientId = parameter(query, 'client_id');
  if (clientId === null) return onPage('"client_id" is missing.');
  if (clientId !== config.clientId)
    return onPage(`No application has the client id "${clientId}". This sandbox has one only.`);
  const asked = parameter(query, 'redirect_uri');
  if (asked !== null && !config.redirectUris.includes(asked))
    return onPage(
      `The redirect URI "${asked}" is not registered for this application. Registered: ${config.redirectUris.join(', ')}`,
    );

  const state = parameter(query, 'state');
  const responseType = parameter(query, 'response_type');
  const redirectUri = asked ?? (responseType === null ? null : (config.redirectUris[0] ?? null));
  const refuse = (error: AuthorizationProblem['error'], description: string): Judged => ({
    ok: false,
    problem: { error, description },
    redirectUri,
    state,
  });

  const repeated = repeatedParameter(query);
  if (repeated !== null) return refuse('invalid_request', 'A parameter is given more than once.');
  // With nothing but the client id, the application's default install settings apply.
  const parsed = parseScopes(parameter(query, 'scope') ?? 'bot applications.commands');
  if ('unknown' in parsed)
    return refuse('invalid_scope', 'The requested scope is invalid, unknown, or malformed.');
  const { scopes } = parsed;
  if (responseType === null && !isInstallOnly(scopes))
    return refuse('invalid_request', 'Missing "response_type" in request.');
  if (responseType !== null && responseType !== 'code')
    return refuse(
      'unsupported_response_type',
      'The authorization server does not support this response type.',
    );

  const pkceProblem = judgeChallenge(query, settings.require_pkce && responseType === 'code');
  if (pkceProblem !== null) return refuse('invalid_request', pkceProblem);
  const prompt = parameter(query, 'prompt') ?? 'consent';
  if (prompt !== 'consent' && prompt !== 'none')
    return refuse('invalid_request', 'Invalid "prompt" in request.');
  const permissions = parameter(query, 'permissions') ?? '0';
  if (!isSnowflake(permissions))
    return refuse('invalid_request', 'Invalid "permissions" in request.');
  const guildId = parameter(query, 'guild_id');
  if (guildId !== null && !isSnowflake(guildId))
    return refuse('invalid_request', 'Invalid "guild_id" in request.');

  return {
    ok: true,
    request: {
      scopes,
      redirectUri: responseType === null ? null : redirectUri,
      state,
      challenge: parameter(query, 'code_challenge'),
      // A server must be chosen each time a bot is added, so `bot` is always asked.
      skipWhenAuthorised: prompt === 'none' && !scopes.includes('bot'),
      permissions: BigInt(permissions) & allPermissions,
      guildId,
      guildLocked: guildId !== null && parameter(query, 'disable_guild_select') === 'true',
    },
  };
}

/** Refused where nobody may be redirected. */
function onPage(description: string): Judged {
  const problem = { error: 'invalid_request', description } as const;
  return { ok: false, problem, redirectUri: null, state: null };
}

function judgeChallenge(query: URLSearchParams, required: boolean): string | null {
  const challenge = parameter(query, 'code_challenge');
  const method = parameter(query, 'code_challenge_method');
  if (challenge === null) {
    if (method !== null) return 'Missing "code_challenge" in request.';
    return required ? 'Missing "code_challenge" in request.' : null;
  }
  // Without a method RFC 7636 means "plain", and plain is refused.
  if (method !== 'S256') return 'Invalid "code_challenge_method" in request: S256 is required.';
  return isChallenge(challenge) ? null : 'Invalid "code_challenge" in request.';
}
