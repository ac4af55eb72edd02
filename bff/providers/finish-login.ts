/**
 * The second half of a login: judge Discord's answer, take the login, exchange the code, ask who it is. Knows nothing
 * of cookies or pages: it gives what a session needs, or throws a {@link Failure} with a code the page can show.
 */
import { AuthorizationResponseError } from 'oauth4webapi';
import type { LoginErrorCode, SessionUser } from '../../shared/http.ts';
import type { Identity } from '../accounts/identity.ts';
import { Failure } from '../failure.ts';
import { OutboundError } from '../outbound.ts';
import { type Discord, isInvalidGrant, isMisconfigured, scopes } from './discord.ts';
import type { TokenPair } from './grants.ts';
import type { Logins, TakenLogin } from './logins.ts';
import type { Revocations } from './revocations.ts';
import { wasTokenRefused } from './user-api.ts';

/** A login that worked. `issuedAt`: when its code was sent, in milliseconds since 1970. */
export type FinishedLogin = {
  owner: Identity;
  user: SessionUser;
  tokens: TokenPair;
  issuedAt: number;
  next: string;
};

/** A login whose tokens a revocation has taken along. The person has consented, so it can be gone through again at once. */
export type RevokedLogin = { revoked: true; next: string };

// RFC 6749 appendix A.5 and A.11: visible ASCII. Ours are 43 characters of base64url; nobody's code is 2 kB long.
const statePattern = /^[\w-]{43}$/;
const codePattern = /^[\x20-\x7e]{1,2048}$/;

/**
 * Finishes the login that the parameters of a callback belong to. The login is taken before anything is sent, and only
 * when its browser and state fit, so that a forged answer can't burn it and a replayed one finds nothing.
 * @param browserId what the login cookie says
 * @throws {Failure} with a {@link LoginErrorCode}
 */
export async function finishLogin(
  discord: Discord,
  logins: Logins,
  revocations: Revocations,
  parameters: URLSearchParams,
  browserId: string | undefined,
): Promise<FinishedLogin | RevokedLogin> {
  const states = parameters.getAll('state');
  const state = states[0];
  if (
    browserId === undefined ||
    state === undefined ||
    states.length > 1 ||
    !statePattern.test(state)
  )
    throw loginFailure('login_expired', 'the callback names no login of this browser');
  const login = await logins.take(browserId, state);
  if (login === undefined)
    throw loginFailure('login_expired', 'no login of this browser is waiting for this answer');

  const callback = judgeCallback(discord, parameters, state);
  const issuedAt = Date.now();
  const exchanged = await exchange(discord, revocations, callback, login);
  if (exchanged === 'revoked') return { revoked: true, next: login.next };
  const { tokens, grantedScopes } = exchanged;
  const ownerOf = ({ id }: SessionUser): Identity => ({ provider: login.provider, subject: id });
  let user: SessionUser | undefined;
  try {
    if (grantedScopes.includes('identify')) user = await fetchUser(discord, tokens);
    const missing = scopes.filter((scope) => !grantedScopes.includes(scope));
    if (user === undefined || missing.length > 0)
      throw loginFailure('missing_scope', `Discord did not grant ${missing.join(' and ')}`);
    if (await survivesRevocations(ownerOf(user)))
      return { owner: ownerOf(user), user, tokens, issuedAt, next: login.next };
  } catch (error) {
    // The tokens were dead before anybody knew whose they are: only a revocation on its way does that.
    if (
      error instanceof Failure &&
      wasTokenRefused(error.cause) &&
      (await shallRepeat(revocations, login, issuedAt))
    )
      return { revoked: true, next: login.next };
    if (user === undefined)
      revocations.discardUnknown(tokens, { sparesSessions: grantedScopes.includes('identify') });
    else revocations.discard(tokens, ownerOf(user));
    throw error;
  }
  return { revoked: true, next: login.next };

  /** Waits for a revocation of the same person that is on its way, and looks whether the new tokens outlived it. */
  async function survivesRevocations(owner: Identity): Promise<boolean> {
    if ((await revocations.since(issuedAt, owner)) === 'none') return true;
    await revocations.settledSince(issuedAt, owner);
    try {
      await discord.fetchUser(tokens.accessToken);
    } catch (error) {
      // Once is enough: a second login that is hit again stands, with Discord to be asked again later.
      if (wasTokenRefused(error)) return login?.isRepeat === true;
    }
    return true;
  }
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
      throw loginFailure('login_failed', `the callback is not valid (${name})`);
    if (error === 'access_denied')
      throw loginFailure('access_denied', 'the person did not consent');
    if (error === 'temporarily_unavailable' || error === 'server_error')
      throw loginFailure('discord_unavailable', 'Discord could not handle the login');
    if (
      error === 'unauthorized_client' ||
      error === 'invalid_scope' ||
      error === 'unsupported_response_type'
    )
      throw loginFailure('misconfigured', 'Discord refuses our login as misconfigured');
    throw loginFailure('login_failed', 'Discord answered with an error');
  }
  // RFC 6749 §3.1 lets an empty parameter count as absent; Discord sends none, and who does is trying something.
  if (parameters.get('error') === '' || parameters.get('iss') === '')
    throw loginFailure('login_failed', 'the callback carries an empty parameter');
  const codes = parameters.getAll('code');
  if (codes.length !== 1 || codes[0] === undefined || !codePattern.test(codes[0]))
    throw loginFailure('login_failed', 'the callback carries no usable code');
  return callback;
}

async function exchange(
  discord: Discord,
  revocations: Revocations,
  callback: URLSearchParams,
  login: TakenLogin,
) {
  try {
    return await discord.exchangeCode(callback, login.codeVerifier);
  } catch (error) {
    // A revocation takes codes along too, and this one may have been given out at any moment since the login began.
    if (isInvalidGrant(error) && (await shallRepeat(revocations, login, login.createdAt)))
      return 'revoked';
    throw exchangeFailure(error);
  }
}

/** Tells whether a login that was refused is begun again: once, and where anybody's revocation could have reached it. */
async function shallRepeat(
  revocations: Revocations,
  login: TakenLogin,
  issuedAt: number,
): Promise<boolean> {
  return !login.isRepeat && (await revocations.since(issuedAt, undefined)) !== 'none';
}

function exchangeFailure(error: unknown): Failure {
  if (error instanceof OutboundError)
    return loginFailure('discord_unavailable', error.message, error);
  if (isMisconfigured(error))
    return loginFailure('misconfigured', 'Discord does not accept our client id or secret');
  // oauth4webapi's errors hold the whole answer, tokens and all, so only their name and code go further.
  const { name, code, status } = error as { name?: string; code?: unknown; status?: unknown };
  const detail = [name, code, status].filter((part) => part !== undefined).join(', ');
  if (typeof status === 'number' && status >= 400 && status < 500 && status !== 429)
    return loginFailure('login_failed', `Discord refused the code (${detail})`);
  return loginFailure('discord_unavailable', `Discord's token answer is not usable (${detail})`);
}

async function fetchUser(discord: Discord, tokens: TokenPair): Promise<SessionUser> {
  try {
    return await discord.fetchUser(tokens.accessToken);
  } catch (error) {
    if (error instanceof OutboundError)
      throw loginFailure('discord_unavailable', error.message, error);
    throw error;
  }
}

/** `message` is for the log; it holds nothing of the callback. */
function loginFailure(code: LoginErrorCode, message: string, cause?: unknown): Failure {
  const kind = code === 'discord_unavailable' || code === 'misconfigured' ? 'away' : 'caller';
  const retryAfterMs = cause instanceof OutboundError ? cause.retryAfterMs : undefined;
  return new Failure(kind, code, message, { cause, retryAfterMs });
}
