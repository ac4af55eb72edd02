/**
 * Discord as an authorization server: where it is, who we are to it, what we ask for, and its answers turned into
 * values. oauth4webapi judges the protocol; every request goes through the one way out.
 */
import * as oauth from 'oauth4webapi';
import * as z from 'zod';
import { snowflakePattern, userAvatarUrl } from '../../shared/discord.ts';
import type { SessionUser } from '../../shared/http.ts';
import type { Config } from '../env.ts';
import { type Outbound, OutboundError } from '../outbound.ts';
import type { TokenPair } from './grants.ts';
import { jsonOf, pictureHash, type UserApi } from './user-api.ts';

/** The least that the pages need: who you are, and your servers. */
export const scopes = ['identify', 'guilds'];

export type Discord = ReturnType<typeof createDiscord>;

/** A token's life when Discord's `expires_in` makes no sense: short, so that it is soon asked again. */
const fallbackLifetimeMs = 3_600_000; // 1 hour
const longestLifetimeMs = 31_536_000_000; // 1 year

const profile = z.object({
  id: z.string().regex(snowflakePattern),
  username: z.string().min(1).max(200),
  global_name: z.string().max(200).nullish(),
  avatar: pictureHash,
  locale: z.string().max(35).nullish(),
});

/** Makes the client of Discord's OAuth2 and of the two REST calls made in a person's name. */
export function createDiscord(config: Config, outbound: Outbound, users: UserApi) {
  const server: oauth.AuthorizationServer = {
    // RFC 9207: an `iss` in the callback must be the server we sent the person to.
    issuer: new URL(config.authorizeUrl).origin,
    authorization_endpoint: config.authorizeUrl,
    token_endpoint: `${config.apiUrl}/oauth2/token`,
    revocation_endpoint: `${config.apiUrl}/oauth2/token/revoke`,
  };
  const client: oauth.Client = { client_id: config.clientId };
  // Discord takes both. In the form, no server has to undo RFC 6749's encoding of the secret, which not all do.
  const authentication = oauth.ClientSecretPost(config.clientSecret);
  const options = {
    // env.ts lets http: through for loopback hosts only.
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: sendForm,
  };

  async function sendForm(
    url: string,
    request: oauth.CustomFetchOptions<string, URLSearchParams | undefined>,
  ) {
    return await outbound(url, {
      method: request.method as 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        ...(request.headers.accept !== undefined && { accept: request.headers.accept }),
      },
      body: request.body?.toString() ?? '',
    });
  }

  return {
    /**
     * The address that asks the person for their consent. The operator's own parameters are kept, ours win.
     * @param prompt `none` asks only who has not consented before
     */
    async authorizationUrl(state: string, codeVerifier: string, prompt?: 'none'): Promise<string> {
      const url = new URL(config.authorizeUrl);
      for (const invitation of ['permissions', 'guild_id', 'disable_guild_select'])
        url.searchParams.delete(invitation);
      url.searchParams.set('response_type', 'code');
      url.searchParams.set('client_id', config.clientId);
      url.searchParams.set('redirect_uri', config.redirectUri);
      url.searchParams.set('scope', scopes.join(' '));
      url.searchParams.set('state', state);
      url.searchParams.set('code_challenge', await oauth.calculatePKCECodeChallenge(codeVerifier));
      url.searchParams.set('code_challenge_method', 'S256');
      if (prompt !== undefined) url.searchParams.set('prompt', prompt);
      // RFC 3986 spells the blank between scopes %20, as Discord's documentation does; URLSearchParams writes a plus.
      url.search = url.search.replaceAll('+', '%20');
      return url.href;
    },

    /**
     * Judges the parameters of a callback (RFC 6749 §4.1.2, RFC 9207): state, issuer, errors, duplicates.
     * @throws oauth4webapi's errors
     */
    validateCallback(parameters: URLSearchParams, state: string): URLSearchParams {
      return oauth.validateAuthResponse(server, client, parameters, state);
    },

    /** Exchanges a code for tokens. Gives the scopes granted too; Discord may leave out what the person did. */
    async exchangeCode(
      callback: URLSearchParams,
      codeVerifier: string,
    ): Promise<{ tokens: TokenPair; grantedScopes: string[] }> {
      const sent = await oauth.authorizationCodeGrantRequest(
        server,
        client,
        authentication,
        callback,
        config.redirectUri,
        codeVerifier,
        options,
      );
      const { response, expiresAt } = await tokenAnswer(sent);
      const answer = await oauth.processAuthorizationCodeResponse(server, client, response);
      assertBearer(answer, sent);
      return {
        tokens: {
          accessToken: answer.access_token,
          refreshToken: answer.refresh_token ?? null,
          expiresAt,
        },
        // RFC 6749 §5.1: no scope in the answer means the scope that was asked for.
        grantedScopes: answer.scope?.split(' ') ?? scopes,
      };
    },

    /** Gets new tokens for a refresh token. RFC 6749 §6: without a new refresh token the old one stays good. */
    async refresh(refreshToken: string): Promise<TokenPair> {
      const sent = await oauth.refreshTokenGrantRequest(
        server,
        client,
        authentication,
        refreshToken,
        options,
      );
      const { response, expiresAt } = await tokenAnswer(sent);
      const answer = await oauth.processRefreshTokenResponse(server, client, response);
      assertBearer(answer, sent);
      return {
        accessToken: answer.access_token,
        refreshToken: answer.refresh_token ?? refreshToken,
        expiresAt,
      };
    },

    /** Revokes a person's whole authorization: at Discord, one token takes all of that person's with it. RFC 7009. */
    async revoke(tokens: TokenPair): Promise<void> {
      const sent = await oauth.revocationRequest(
        server,
        client,
        authentication,
        tokens.refreshToken ?? tokens.accessToken,
        options,
      );
      if (sent.status !== 200)
        throw OutboundError.of('refused', `Discord answered ${sent.status} to a revocation`, sent);
    },

    /** Who the token belongs to. `GET /users/@me` */
    async fetchUser(accessToken: string): Promise<SessionUser> {
      const user = await users.get('/users/@me', accessToken, profile);
      return {
        id: user.id,
        username: user.username,
        nickname: user.global_name ?? null,
        avatar_url: userAvatarUrl(config.cdnUrl, user.id, user.avatar ?? null),
        locale: user.locale ?? null,
      };
    },
  };
}

/**
 * Tells whether Discord refused what we presented (a code, a refresh token) as no longer good: `invalid_grant`,
 * RFC 6749 §5.2. Everything else may go better on another try.
 */
export function isInvalidGrant(error: unknown): boolean {
  return error instanceof oauth.ResponseBodyError && error.error === 'invalid_grant';
}

/**
 * Tells whether a refresh that failed certainly left the refresh token as it was. After anything else the provider may
 * have spent it, and the answer with the new one is lost.
 */
export function wasRefreshTokenSpared(error: unknown): boolean {
  if (error instanceof OutboundError)
    return error.reason === 'held_back' || error.reason === 'unreachable' || error.status === 429;
  return error instanceof oauth.ResponseBodyError && error.status < 500;
}

/** Tells whether a revocation that failed may be carried out all the same, for its answer was never read. */
export function mayHaveArrived(error: unknown): boolean {
  return (
    !(error instanceof OutboundError) ||
    ['timeout', 'broken', 'too_large', 'unusable'].includes(error.reason)
  );
}

/** Tells whether Discord refused us, not the person: a wrong client id or secret. The operator must mend it. */
export function isMisconfigured(error: unknown): boolean {
  return (
    error instanceof oauth.ResponseBodyError &&
    ['invalid_client', 'unauthorized_client', 'unsupported_grant_type'].includes(error.error)
  );
}

// RFC 6749 appendix A.12 and A.17. Anything else can't stand in a header, or fills it.
const tokenPattern = /^[\x20-\x7e]{1,4096}$/;

/** oauth4webapi takes DPoP tokens too; we hold no key to use one with. RFC 6750 §1.2 */
function assertBearer(answer: oauth.TokenEndpointResponse, response: Response): void {
  if (answer.token_type !== 'bearer')
    throw OutboundError.of('unusable', 'Discord issued no bearer token', response);
  for (const token of [answer.access_token, answer.refresh_token])
    if (token !== undefined && !tokenPattern.test(token))
      throw OutboundError.of('unusable', 'Discord issued a token that cannot be sent', response);
}

/**
 * A token answer made fit for judging: only the members we use, `expires_in` apart. Discord says seconds as a number;
 * others were seen to send text, nothing, or nonsense, none of which may make a token immortal or the login fail.
 */
async function tokenAnswer(
  response: Response,
): Promise<{ response: Response; expiresAt: number | null }> {
  if (response.status === 429)
    throw OutboundError.of('refused', 'Discord asks us to wait', response);
  const body = await jsonOf(response);
  const members: Record<string, unknown> =
    typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...body } : {};
  const kept = Object.fromEntries(
    ['access_token', 'token_type', 'refresh_token', 'scope', 'error', 'error_description']
      .filter((name) => Object.hasOwn(members, name) && members[name] !== null)
      .map((name) => [name, members[name]]),
  );
  return {
    response: new Response(JSON.stringify(kept), {
      status: response.status,
      headers: { 'content-type': 'application/json' },
    }),
    expiresAt: expiryOf(members.expires_in),
  };
}

function expiryOf(expiresIn: unknown): number | null {
  if (expiresIn === undefined || expiresIn === null) return null;
  const seconds =
    typeof expiresIn === 'number' || typeof expiresIn === 'string' ? Number(expiresIn) : Number.NaN;
  const sensible = Number.isFinite(seconds) && seconds > 0;
  return Date.now() + (sensible ? Math.min(seconds * 1000, longestLifetimeMs) : fallbackLifetimeMs);
}
