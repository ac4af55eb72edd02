/**
 * The second half of a login: judge Discord's answer, take the login, exchange the code, ask who it is. Knows nothing
 * of cookies or pages: it gives what a session needs, or throws a {@link LoginError}.
 */
import { AuthorizationResponseError } from 'oauth4webapi';
import type { LoginErrorCode, SessionUser } from '../../shared/http.ts';
import { ApiError } from '../errors.ts';
import { OutboundError } from '../outbound.ts';
import type { TokenPair } from '../sessions/token-records.ts';
import { type Discord, DiscordAnswerError, isMisconfigured, scopes } from './discord.ts';
import type { LoginRecord, LoginRecords } from './login-records.ts';

/** Why a login did not work, as a code for the page. `cause` is for the log; it holds nothing of the callback. */
export class LoginError extends Error {
  override name = 'LoginError';
  readonly code: LoginErrorCode;

  constructor(code: LoginErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** A login that worked. */
export type FinishedLogin = { user: SessionUser; tokens: TokenPair; next: string };

// RFC 6749 appendix A.5 and A.11: visible ASCII. Ours are 43 characters of base64url; nobody's code is 2 kB long.
const statePattern = /^[\w-]{43}$/;
const codePattern = /^[\x20-\x7e]{1,2048}$/;

/**
 * Finishes the login that the parameters of a callback belong to. The login is taken before anything is sent, and only
 * when its browser and state fit, so that a forged answer can't burn it and a replayed one finds nothing.
 * @param browserId what the login cookie says
 * @param discard called with tokens that must not be kept, and whose they are when Discord said so; must not throw
 * @throws {LoginError}
 */
export async function finishLogin(
  discord: Discord,
  logins: LoginRecords,
  parameters: URLSearchParams,
  browserId: string | undefined,
  discard: (tokens: TokenPair, userId: string | undefined) => void,
): Promise<FinishedLogin> {
  const states = parameters.getAll('state');
  const state = states[0];
  if (
    browserId === undefined ||
    state === undefined ||
    states.length > 1 ||
    !statePattern.test(state)
  )
    throw new LoginError('login_expired', 'the callback names no login of this browser');
  const login = await takeLogin(logins, browserId, state);

  const callback = judgeCallback(discord, parameters, state);
  const { tokens, grantedScopes } = await exchange(discord, callback, login);
  let user: SessionUser | undefined;
  try {
    if (grantedScopes.includes('identify')) user = await fetchUser(discord, tokens);
    const missing = scopes.filter((scope) => !grantedScopes.includes(scope));
    if (user === undefined || missing.length > 0)
      throw new LoginError('missing_scope', `Discord did not grant ${missing.join(' and ')}`);
    return { user, tokens, next: login.next };
  } catch (error) {
    discard(tokens, user?.id);
    throw error;
  }
}

async function takeLogin(
  logins: LoginRecords,
  browserId: string,
  state: string,
): Promise<LoginRecord> {
  let login: LoginRecord | undefined;
  try {
    login = await logins.take(browserId, state);
  } catch (error) {
    throw new LoginError('storage_unavailable', 'the login cannot be looked up', error);
  }
  if (login === undefined)
    throw new LoginError('login_expired', 'no login of this browser is waiting for this answer');
  return login;
}

function judgeCallback(
  discord: Discord,
  parameters: URLSearchParams,
  state: string,
): URLSearchParams {
  // An error wins over a code beside it, whatever else is wrong. RFC 6749 §4.1.2.1
  const error = parameters.get('error');
  let callback: URLSearchParams;
  try {
    callback = discord.validateCallback(parameters, state);
  } catch (cause) {
    // The cause quotes the callback, code and all; only its name may go further.
    const { name } = cause as Error;
    if (!(cause instanceof AuthorizationResponseError))
      throw new LoginError('login_failed', `the callback is not valid (${name})`);
    if (error === 'access_denied')
      throw new LoginError('access_denied', 'the person did not consent');
    if (error === 'temporarily_unavailable' || error === 'server_error')
      throw new LoginError('discord_unavailable', 'Discord could not handle the login');
    if (
      error === 'unauthorized_client' ||
      error === 'invalid_scope' ||
      error === 'unsupported_response_type'
    )
      throw new LoginError('misconfigured', 'Discord refuses our login as misconfigured');
    throw new LoginError('login_failed', 'Discord answered with an error');
  }
  // RFC 6749 §3.1 lets an empty parameter count as absent; Discord sends none, and who does is trying something.
  if (parameters.get('error') === '' || parameters.get('iss') === '')
    throw new LoginError('login_failed', 'the callback carries an empty parameter');
  const codes = parameters.getAll('code');
  if (codes.length !== 1 || codes[0] === undefined || !codePattern.test(codes[0]))
    throw new LoginError('login_failed', 'the callback carries no usable code');
  return callback;
}

async function exchange(discord: Discord, callback: URLSearchParams, login: LoginRecord) {
  try {
    return await discord.exchangeCode(callback, login.codeVerifier);
  } catch (error) {
    throw exchangeError(error);
  }
}

function exchangeError(error: unknown): LoginError {
  const { name } = error as Error;
  if (error instanceof OutboundError)
    return new LoginError('discord_unavailable', error.message, error);
  if (isMisconfigured(error))
    return new LoginError('misconfigured', 'Discord does not accept our client id or secret');
  // oauth4webapi's errors hold the whole answer, tokens and all, so only their name and code go further.
  const { code, status } = error as { code?: unknown; status?: unknown };
  const detail = [name, code, status].filter((part) => part !== undefined).join(', ');
  if (typeof status === 'number' && status >= 400 && status < 500 && status !== 429)
    return new LoginError('login_failed', `Discord refused the code (${detail})`);
  return new LoginError('discord_unavailable', `Discord's token answer is not usable (${detail})`);
}

async function fetchUser(discord: Discord, tokens: TokenPair): Promise<SessionUser> {
  try {
    return await discord.fetchUser(tokens.accessToken);
  } catch (error) {
    if (error instanceof OutboundError || error instanceof DiscordAnswerError)
      throw new LoginError('discord_unavailable', error.message, error);
    throw error;
  }
}

/** The code a failed login is shown with. What is not a {@link LoginError} is a bug, and told as one. */
export function loginErrorCode(error: unknown): LoginErrorCode {
  if (error instanceof LoginError) return error.code;
  if (error instanceof ApiError && error.code === 'storage_unavailable')
    return 'storage_unavailable';
  return 'internal_error';
}
