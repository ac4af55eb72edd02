/** The token endpoint. https://docs.discord.com/developers/topics/oauth2 */
import { json, type Answer } from '../http/answer.ts';
import { parameter, readForm, repeatedParameter } from '../http/form.ts';
import type { SandboxRequest } from '../http/request.ts';
import { guildPayload } from '../payloads/guild.ts';
import type { State } from '../state.ts';
import { samplePeople } from '../world/people.ts';
import { authenticateClient } from './client-authentication.ts';
import { oauthError } from './error.ts';
import { answersChallenge, isVerifier } from './pkce.ts';
import { parseScopes, type Scope } from './scopes.ts';

/** Exchanges a code, a refresh token or the client's own credentials for tokens. */
export function answerTokenRequest(state: State, request: SandboxRequest): Answer {
  const form = readClientForm(state, request);
  switch (required(form, 'grant_type')) {
    case 'authorization_code':
      return exchangeCode(state, form);
    case 'refresh_token':
      return refresh(state, form);
    case 'client_credentials':
      return issueToOwner(state, form);
    default:
      throw oauthError('unsupported_grant_type', 'Invalid "grant_type" in request.');
  }
}

/** Ends what a token stands for. Success also for tokens nobody knows: RFC 7009 §2.2 */
export function answerRevocation(state: State, request: SandboxRequest): Answer {
  const form = readClientForm(state, request);
  state.grants.revoke(required(form, 'token'));
  return tokenAnswer({});
}

function readClientForm(state: State, request: SandboxRequest): URLSearchParams {
  const form = readForm(request);
  if (!form)
    throw oauthError('invalid_request', 'The body must be application/x-www-form-urlencoded.');
  const repeated = repeatedParameter(form);
  if (repeated !== null)
    throw oauthError('invalid_request', `More than one "${asciiOnly(repeated)}" in request.`);
  authenticateClient(state.config, request, form);
  return form;
}

function exchangeCode(state: State, form: URLSearchParams): Answer {
  const value = required(form, 'code');
  const redirectUri = required(form, 'redirect_uri');
  const verifier = parameter(form, 'code_verifier');
  // Taken before anything is compared: a wrong guess uses the code up too.
  const code = state.grants.takeCode(value);
  if (!code?.grant.alive) throw oauthError('invalid_grant', 'Invalid "code" in request.');
  // RFC 6749 §5.2 would say invalid_grant here; clients report invalid_request from Discord.
  if (redirectUri !== code.redirectUri)
    throw oauthError('invalid_request', 'Invalid "redirect_uri" in request.');
  judgeVerifier(verifier, code.challenge);

  const guild = code.guildId === null ? null : state.world.guilds.get(code.guildId);
  return tokenAnswer({
    token_type: 'Bearer',
    ...state.grants.issueTokens(code.grant),
    scope: code.grant.scopes.join(' '),
    ...(guild ? { guild: guildPayload(state.config, state.world, guild) } : {}),
  });
}

function judgeVerifier(verifier: string | null, challenge: string | null): void {
  if (challenge === null) {
    // A verifier nobody asked for means the challenge was stripped on its way: RFC 9700 §2.1.1
    if (verifier !== null) throw oauthError('invalid_grant', 'Invalid "code_verifier" in request.');
    return;
  }
  if (verifier === null) throw oauthError('invalid_request', 'Missing "code_verifier" in request.');
  if (!isVerifier(verifier))
    throw oauthError('invalid_request', 'Invalid "code_verifier" in request.');
  if (!answersChallenge(verifier, challenge))
    throw oauthError('invalid_grant', 'Invalid "code_verifier" in request.');
}

function refresh(state: State, form: URLSearchParams): Answer {
  const refreshed = state.grants.refresh(required(form, 'refresh_token'));
  if (!refreshed) throw oauthError('invalid_grant', 'Invalid "refresh_token" in request.');
  return tokenAnswer({
    token_type: 'Bearer',
    ...refreshed.pair,
    scope: refreshed.grant.scopes.join(' '),
  });
}

/** What needs no consent, since the owner of the application is the one asking. */
const ownerScopes = new Set<Scope>(['identify', 'email', 'guilds', 'applications.commands.update']);

/** A token for the application's owner, without a refresh token and without asking anyone. */
function issueToOwner(state: State, form: URLSearchParams): Answer {
  const parsed = parseScopes(required(form, 'scope'));
  if ('unknown' in parsed || !parsed.scopes.every((scope) => ownerScopes.has(scope)))
    throw oauthError('invalid_scope', 'Invalid "scope" in request.');
  const grant = { personId: samplePeople.owner.id, scopes: parsed.scopes, alive: true };
  return tokenAnswer({
    token_type: 'Bearer',
    ...state.grants.issueAccessToken(grant),
    scope: parsed.scopes.join(' '),
  });
}

function required(form: URLSearchParams, name: string): string {
  const value = parameter(form, name);
  if (value === null) throw oauthError('invalid_request', `Missing "${name}" in request.`);
  return value;
}

/** RFC 6749 §5.2 keeps descriptions to printable ASCII without quote and backslash. */
function asciiOnly(text: string): string {
  return text.replace(/[^\x20-\x7e]|["\\]/g, '?').slice(0, 40);
}

function tokenAnswer(body: object): Answer {
  return json(200, body, { 'cache-control': 'no-store', pragma: 'no-cache' });
}
