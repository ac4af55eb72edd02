/** OAuth2, judged by oauth4webapi: an independent, certified client. */
import * as oauth from 'oauth4webapi';
import { describe, expect, test } from 'vitest';
import { openSandbox, people, redirectUri, type SandboxClient } from './sandbox-client.ts';

const insecure = { [oauth.allowInsecureRequests]: true };

async function openClient(sandbox: SandboxClient) {
  const issuer = new URL(sandbox.url);
  const metadata = await oauth.processDiscoveryResponse(
    issuer,
    await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure }),
  );
  const client: oauth.Client = { client_id: sandbox.config.clientId };
  return { metadata, client };
}

/** Runs the whole flow as an application would, and gives what it ends with. */
async function signIn(sandbox: SandboxClient, clientAuth: oauth.ClientAuth, scope = 'identify') {
  const { metadata, client } = await openClient(sandbox);
  const verifier = oauth.generateRandomCodeVerifier();
  const answer = await sandbox.consent(
    sandbox.authorizeUrl({
      scope,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }),
  );
  const location = new URL(answer.headers.get('location') ?? '');
  const parameters = oauth.validateAuthResponse(metadata, client, location, 'the-state');
  const exchange = () =>
    oauth.authorizationCodeGrantRequest(
      metadata,
      client,
      clientAuth,
      parameters,
      redirectUri,
      verifier,
      insecure,
    );
  const tokens = await oauth.processAuthorizationCodeResponse(metadata, client, await exchange());
  return { metadata, client, tokens, exchange };
}

const refreshRequest = (
  { metadata, client }: Awaited<ReturnType<typeof openClient>>,
  secret: string,
  token: string,
) =>
  oauth.refreshTokenGrantRequest(
    metadata,
    client,
    oauth.ClientSecretBasic(secret),
    token,
    insecure,
  );

describe('signing in', () => {
  for (const [name, method] of Object.entries({
    'HTTP Basic': oauth.ClientSecretBasic,
    'the form': oauth.ClientSecretPost,
  }))
    test(`a client that authenticates with ${name} gets tokens that open what was agreed to`, async () => {
      const sandbox = await openSandbox();
      const { tokens } = await signIn(sandbox, method(sandbox.config.clientSecret));
      expect(tokens).toMatchObject({
        token_type: 'bearer',
        expires_in: 604_800,
        scope: 'identify',
      });
      const me = await sandbox.rest(
        'GET',
        '/users/@me',
        undefined,
        `Bearer ${tokens.access_token}`,
      );
      expect(me.body).toMatchObject({ id: people.owner.id, global_name: '하늘' });
      expect(me.body).not.toHaveProperty('email');
    });

  test('a code works once, and using it again ends the tokens it gave', async () => {
    const sandbox = await openSandbox();
    const session = await signIn(sandbox, oauth.ClientSecretBasic(sandbox.config.clientSecret));
    const again = await session.exchange();
    expect(again.status).toBe(400);
    expect(await again.json()).toEqual({
      error: 'invalid_grant',
      error_description: 'Invalid "code" in request.',
    });
    const bearer = `Bearer ${session.tokens.access_token}`;
    expect((await sandbox.rest('GET', '/users/@me', undefined, bearer)).status).toBe(401);
  });

  test('a code that waited too long is refused', async () => {
    const sandbox = await openSandbox();
    await sandbox.control('PATCH', '/settings', { code_ttl_seconds: 0 });
    expect(await sandbox.login()).toMatchObject({ error: 'invalid_grant' });
  });

  test('an access token stops working when its time is over', async () => {
    const sandbox = await openSandbox();
    await sandbox.control('PATCH', '/settings', { access_token_ttl_seconds: 0 });
    const { access_token } = await sandbox.login();
    const me = await sandbox.rest('GET', '/users/@me', undefined, `Bearer ${access_token}`);
    expect(me).toMatchObject({ status: 401, body: { code: 0, message: '401: Unauthorized' } });
  });

  test('the answer names its issuer when Discord is asked to, and clients accept it', async () => {
    const sandbox = await openSandbox();
    expect((await sandbox.redirectParameters()).has('iss')).toBe(false);
    await sandbox.control('PATCH', '/settings', { send_iss: true });
    const { tokens } = await signIn(sandbox, oauth.ClientSecretPost(sandbox.config.clientSecret));
    expect(tokens.access_token).toBeTruthy();
  });
});

/** Exchanges the code of an authorize request that carried `sent`. */
async function exchangeWithVerifier(
  verifierSent: string | null,
  sent: Record<string, string | null>,
) {
  const sandbox = await openSandbox();
  const back = await sandbox.redirectParameters(sent);
  return sandbox.token({
    grant_type: 'authorization_code',
    code: back.get('code') ?? '',
    redirect_uri: redirectUri,
    ...(verifierSent === null ? {} : { code_verifier: verifierSent }),
  });
}

describe('PKCE', () => {
  const verifier = 'a'.repeat(43);
  const challenge = 'ZtNPunH49FD35FWYhT5Tv8I7vRKQJ8uxMaL0_9eHjNA';

  const withChallenge = { code_challenge: challenge, code_challenge_method: 'S256' };

  test('the right verifier is accepted', async () => {
    expect((await exchangeWithVerifier(verifier, withChallenge)).status).toBe(200);
  });

  test.each([
    ['a missing verifier', null, 'invalid_request'],
    ['a verifier of 42 characters', 'a'.repeat(42), 'invalid_request'],
    ['a verifier of 129 characters', 'a'.repeat(129), 'invalid_request'],
    ['a verifier with other characters', `${'a'.repeat(42)}!`, 'invalid_request'],
    ['another verifier', 'b'.repeat(43), 'invalid_grant'],
  ])('%s is refused', async (_title, sent, error) => {
    expect(await exchangeWithVerifier(sent, withChallenge)).toMatchObject({
      status: 400,
      body: { error },
    });
  });

  test('a verifier without a challenge is refused, for someone took the challenge away', async () => {
    expect(await exchangeWithVerifier(verifier, {})).toMatchObject({ status: 400 });
  });

  test.each([
    ['plain', { code_challenge: verifier, code_challenge_method: 'plain' }],
    ['no method, which means plain', { code_challenge: verifier }],
    ['no challenge for its method', { code_challenge_method: 'S256' }],
    ['a challenge that is no digest', { code_challenge: 'short', code_challenge_method: 'S256' }],
  ])('%s is refused before anyone is asked', async (_title, sent) => {
    const sandbox = await openSandbox();
    const answer = await sandbox.fetch(sandbox.authorizeUrl(sent));
    const back = new URL(answer.headers.get('location') ?? '').searchParams;
    expect(back.get('error')).toBe('invalid_request');
    expect(back.get('state')).toBe('the-state');
  });

  test('can be made a duty', async () => {
    const sandbox = await openSandbox();
    await sandbox.control('PATCH', '/settings', { require_pkce: true });
    const answer = await sandbox.fetch(sandbox.authorizeUrl());
    expect(answer.headers.get('location')).toContain('error=invalid_request');
  });
});

describe('refreshing', () => {
  test('gives a new pair each time, and a token used twice ends the whole family', async () => {
    const sandbox = await openSandbox();
    const secret = sandbox.config.clientSecret;
    const session = await signIn(sandbox, oauth.ClientSecretBasic(secret), 'identify guilds');
    const first = session.tokens.refresh_token ?? '';
    const second = await oauth.processRefreshTokenResponse(
      session.metadata,
      session.client,
      await refreshRequest(session, secret, first),
    );
    expect(second.scope).toBe('identify guilds');
    expect(second.refresh_token).not.toBe(first);

    const replayed = await refreshRequest(session, secret, first);
    expect(replayed.status).toBe(400);
    expect(await replayed.json()).toEqual({
      error: 'invalid_grant',
      error_description: 'Invalid "refresh_token" in request.',
    });
    expect((await refreshRequest(session, secret, second.refresh_token ?? '')).status).toBe(400);
    const bearer = `Bearer ${second.access_token}`;
    expect((await sandbox.rest('GET', '/users/@me', undefined, bearer)).status).toBe(401);
  });

  test('keeps the refresh token where rotation is switched off', async () => {
    const sandbox = await openSandbox();
    await sandbox.control('PATCH', '/settings', { rotate_refresh_tokens: false });
    const { refresh_token } = await sandbox.login();
    const refresh = () => sandbox.token({ grant_type: 'refresh_token', refresh_token });
    expect((await refresh()).body.refresh_token).toBe(refresh_token);
    expect((await refresh()).status).toBe(200);
  });
});

describe('revoking', () => {
  test('one token ends all that its person gave, and nothing of anyone else', async () => {
    const sandbox = await openSandbox();
    const session = await signIn(sandbox, oauth.ClientSecretBasic(sandbox.config.clientSecret));
    const sameElsewhere = await sandbox.login(people.owner);
    const other = await sandbox.login(people.member);
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(
        session.metadata,
        session.client,
        oauth.ClientSecretBasic(sandbox.config.clientSecret),
        session.tokens.access_token,
        insecure,
      ),
    );
    const statusOf = async (token: string) =>
      (await sandbox.rest('GET', '/users/@me', undefined, `Bearer ${token}`)).status;
    expect(await statusOf(session.tokens.access_token)).toBe(401);
    expect(await statusOf(sameElsewhere.access_token)).toBe(401);
    expect(await statusOf(other.access_token)).toBe(200);
  });

  test('ends one sign-in only where the setting says so', async () => {
    const sandbox = await openSandbox();
    await sandbox.control('PATCH', '/settings', { revoke_kills_all: false });
    const [first, second] = [await sandbox.login(), await sandbox.login()];
    const revoked = await sandbox.fetch('/api/v10/oauth2/token/revoke', {
      method: 'POST',
      body: new URLSearchParams({
        client_id: sandbox.config.clientId,
        client_secret: sandbox.config.clientSecret,
        token: first.refresh_token,
      }),
    });
    expect(revoked.status).toBe(200);
    const statusOf = async (token: string) =>
      (await sandbox.rest('GET', '/users/@me', undefined, `Bearer ${token}`)).status;
    expect(await statusOf(first.access_token)).toBe(401);
    expect(await statusOf(second.access_token)).toBe(200);
  });

  test('a token nobody knows is a success, and tells nothing', async () => {
    const sandbox = await openSandbox();
    const credentials = `${sandbox.config.clientId}:${sandbox.config.clientSecret}`;
    const answer = await sandbox.fetch('/api/oauth2/token/revoke', {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
      body: new URLSearchParams({ token: 'unknown' }),
    });
    expect([answer.status, await answer.json()]).toEqual([200, {}]);
  });
});

describe('the token endpoint refuses', () => {
  test.each([
    ['a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client'],
    ['another client', { client_id: '1' }, 401, 'invalid_client'],
    ['an unknown grant', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ['an unknown code', { code: 'nothing' }, 400, 'invalid_grant'],
    ['a missing code', { code: '' }, 400, 'invalid_request'],
  ])('%s', async (_title, fields, status, error) => {
    const sandbox = await openSandbox();
    const answer = await sandbox.token({
      grant_type: 'authorization_code',
      code: 'x',
      redirect_uri: redirectUri,
      ...fields,
    });
    expect(answer).toMatchObject({ status, body: { error } });
  });

  test('another redirect URI than the one the code was given for, and the code is gone', async () => {
    const sandbox = await openSandbox();
    const code = (await sandbox.redirectParameters()).get('code') ?? '';
    const exchange = (redirect_uri: string) =>
      sandbox.token({ grant_type: 'authorization_code', code, redirect_uri });
    expect(await exchange(`${redirectUri}/`)).toMatchObject({
      status: 400,
      body: { error_description: 'Invalid "redirect_uri" in request.' },
    });
    expect((await exchange(redirectUri)).body.error).toBe('invalid_grant');
  });

  test('JSON, parameters given twice, and two ways of authenticating at once', async () => {
    const sandbox = await openSandbox();
    const { clientId, clientSecret } = sandbox.config;
    const post = (headers: Record<string, string>, body: string) =>
      sandbox.fetch('/api/oauth2/token', { method: 'POST', headers, body });
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
    const answers = [
      await post({ 'content-type': 'application/json' }, '{"grant_type":"client_credentials"}'),
      await post({ ...form, authorization: basic }, 'grant_type=refresh_token&grant_type=x'),
      await post({ ...form, authorization: basic }, `grant_type=x&client_secret=${clientSecret}`),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ error: 'invalid_request' });
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
  });
});

test("the client's own credentials give a token of the application's owner, without a refresh token", async () => {
  const sandbox = await openSandbox();
  const { metadata, client } = await openClient(sandbox);
  const tokens = await oauth.processClientCredentialsResponse(
    metadata,
    client,
    await oauth.clientCredentialsGrantRequest(
      metadata,
      client,
      oauth.ClientSecretBasic(sandbox.config.clientSecret),
      { scope: 'identify' },
      insecure,
    ),
  );
  expect(tokens.refresh_token).toBeUndefined();
  const me = await sandbox.rest('GET', '/users/@me', undefined, `Bearer ${tokens.access_token}`);
  expect(me.body.id).toBe(people.owner.id);
});
