/** The control API: faults, the journal, and who may use it. */
import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { describe, expect, test } from 'vitest';
import { openSandbox, redirectUri, type SandboxClient } from './sandbox-client.ts';

/** A request with headers that fetch would not let through. */
function rawStatus(sandbox: SandboxClient, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const url = new URL('/sandbox/world', sandbox.url);
    httpRequest(url, { headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

describe('it is for programs on this machine', () => {
  test.each([
    ['another host, as after DNS rebinding', { host: 'evil.test' }, 403],
    ['a page of another site', { origin: 'https://evil.test' }, 403],
    ['a page on another port', { origin: 'http://localhost:1' }, 403],
    ['what the browser calls cross-site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['what the browser calls same-site', { 'sec-fetch-site': 'same-site' }, 403],
    ['an address typed into the browser', { 'sec-fetch-site': 'none' }, 200],
    ['a program', {}, 200],
  ])('%s', async (_title, headers, status) => {
    expect(await rawStatus(await openSandbox(), headers as Record<string, string>)).toBe(status);
  });

  test('it is reached as localhost and as 127.0.0.1', async () => {
    const sandbox = await openSandbox();
    const { port } = new URL(sandbox.url);
    for (const host of ['localhost', '127.0.0.1'])
      expect((await fetch(`http://${host}:${port}/sandbox/world`)).status).toBe(200);
  });
});

test.each([
  ['POST', '/guilds', { name: '' }, 'invalid_body'],
  ['POST', '/guilds', { nam: 'x' }, 'invalid_body'],
  ['POST', '/gateway', { action: 'explode' }, 'invalid_body'],
  ['POST', '/reset', { guilds: 20_001 }, 'invalid_body'],
  ['PATCH', '/settings', { code_ttl_seconds: -1 }, 'invalid_body'],
  ['DELETE', '/guilds/1', undefined, 'not_found'],
  ['POST', '/guilds', { owner_id: '1' }, 'not_found'],
  ['GET', '/nothing', undefined, 'not_found'],
  ['PUT', '/world', undefined, 'method_not_allowed'],
])('%s %s with %j is refused: %s', async (method, path, body, code) => {
  const sandbox = await openSandbox();
  await expect(sandbox.control(method, path, body)).rejects.toThrow(`{"error":{"code":"${code}"`);
});

test('the world tells who lives there, and filters and pages its servers', async () => {
  const sandbox = await openSandbox({ guilds: 300 });
  const world = await sandbox.control('GET', '/world?bot=true&limit=10&offset=295');
  expect(world.guild_counts).toEqual({ total: 500, with_bot: 300, unavailable: 0 });
  expect(world.guilds).toHaveLength(5);
  expect(world.people.map(({ guild_count }: { guild_count: number }) => guild_count)).toContain(
    200,
  );
});

describe('faults', () => {
  test('happen as often as they were asked to, on the path and method they name', async () => {
    const sandbox = await openSandbox();
    await sandbox.control('POST', '/faults', {
      method: 'POST',
      path: '/api/oauth2/token',
      status: 503,
      headers: { 'Retry-After': '7' },
      body: '<h1>Down</h1>',
      times: 2,
    });
    const exchange = () => sandbox.fetch('/api/oauth2/token', { method: 'POST' });
    const first = await exchange();
    expect([first.status, await first.text()]).toEqual([503, '<h1>Down</h1>']);
    expect(first.headers.get('retry-after')).toBe('7');
    expect((await sandbox.fetch('/api/oauth2/token')).status).toBe(405);
    expect((await exchange()).status).toBe(503);
    expect((await exchange()).status).toBe(400);
    const { faults } = await sandbox.control('GET', '/faults');
    expect(faults).toMatchObject([{ hits: 2 }]);
  });

  test('befall every path that begins alike, pictures among them, until cleared', async () => {
    const sandbox = await openSandbox();
    await sandbox.control('POST', '/faults', { path: '/cdn/*', body: { broken: true } });
    for (let count = 0; count < 3; count++)
      expect(await (await sandbox.fetch('/cdn/embed/avatars/0.png')).json()).toEqual({
        broken: true,
      });
    await sandbox.control('DELETE', '/faults');
    expect((await sandbox.fetch('/cdn/embed/avatars/0.png')).headers.get('content-type')).toBe(
      'image/png',
    );
  });

  test('can delay an answer, keep it for ever, or cut the connection', async () => {
    const sandbox = await openSandbox();
    const path = '/api/v10/gateway';
    await sandbox.control('POST', '/faults', { path, delay_ms: 150, times: 1 });
    const startedAt = performance.now();
    expect((await sandbox.fetch(path)).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThan(140);

    await sandbox.control('POST', '/faults', { path, delay_ms: 2_147_483_647, times: 1 });
    const signal = AbortSignal.timeout(100);
    await expect(sandbox.fetch(path, { signal })).rejects.toThrow(/timeout|aborted/);

    await sandbox.control('POST', '/faults', { path, reset: true, times: 1 });
    await expect(sandbox.fetch(path)).rejects.toThrow('fetch failed');
    expect((await sandbox.fetch(path)).status).toBe(200);
  });
});

describe('the journal', () => {
  test('tells what was asked, and no secret that came along', async () => {
    const sandbox = await openSandbox();
    const verifier = 'v'.repeat(43);
    const back = await sandbox.redirectParameters({
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    const exchanged = await sandbox.token({
      grant_type: 'authorization_code',
      code: back.get('code') ?? '',
      redirect_uri: redirectUri,
      code_verifier: verifier,
    });
    const { access_token, refresh_token } = exchanged.body;
    await sandbox.token({ grant_type: 'refresh_token', refresh_token });
    await sandbox.rest('GET', '/users/@me', undefined, `Bearer ${access_token}`);
    await sandbox.rest('POST', '/webhooks/1180000000000000000/the-token', { content: 'x' }, null);
    const { entries } = await sandbox.control('GET', '/journal');
    expect(
      entries.map(({ method, path }: { method: string; path: string }) => `${method} ${path}`),
    ).toEqual([
      'GET /oauth2/authorize',
      'POST /oauth2/authorize',
      'POST /api/oauth2/token',
      'POST /api/oauth2/token',
      'GET /api/v10/users/@me',
      'POST /api/v10/webhooks/1180000000000000000/[redacted]',
    ]);
    expect(entries[2]).toMatchObject({
      status: 200,
      body: {
        grant_type: 'authorization_code',
        code: '[redacted]',
        redirect_uri: redirectUri,
        client_secret: '[redacted]',
      },
    });
    expect(entries[4]).toMatchObject({ status: 200, authorization_scheme: 'Bearer' });
    expect(entries[4].header_names).toContain('authorization');
    const whole = JSON.stringify(entries);
    const secrets = [access_token, refresh_token, verifier, back.get('code'), 'the-state'];
    for (const secret of [...secrets, sandbox.config.clientSecret])
      expect(whole).not.toContain(secret);
  });

  test('leaves out the control API, and forgets when told to', async () => {
    const sandbox = await openSandbox();
    await sandbox.control('GET', '/world');
    await sandbox.rest('GET', '/gateway', undefined, null);
    expect((await sandbox.control('GET', '/journal')).entries).toHaveLength(1);
    await sandbox.control('DELETE', '/journal');
    expect((await sandbox.control('GET', '/journal')).entries).toEqual([]);
  });
});

test('a reset ends what people authorised, and takes back settings, faults and the journal', async () => {
  const sandbox = await openSandbox();
  const { access_token } = await sandbox.login();
  await sandbox.control('PATCH', '/settings', { require_pkce: true });
  await sandbox.control('POST', '/faults', { path: '/api/*', status: 500 });
  await sandbox.control('POST', '/reset', { guilds: 2 });
  expect((await sandbox.control('GET', '/settings')).require_pkce).toBe(false);
  const me = await sandbox.rest('GET', '/users/@me', undefined, `Bearer ${access_token}`);
  expect(me.status).toBe(401);
  expect((await sandbox.control('GET', '/journal')).entries).toHaveLength(1);
  expect(await sandbox.guildsWithBot()).toHaveLength(2);
});

test('the first page says what the sandbox is and lists what it answers', async () => {
  const sandbox = await openSandbox();
  const page = await (await sandbox.fetch('/')).text();
  expect(page).toContain('A small Discord of your own');
  expect(page).toContain('/sandbox/faults');
  expect(page).toContain('/api/v10/users/@me/guilds');
  expect(page).toContain('<td>POST</td><td><code>/sandbox/faults</code></td>');
});

test('the first page tells an outsider all that a bot or a login of their own needs', async () => {
  const sandbox = await openSandbox();
  const page = await (await sandbox.fetch('/')).text();
  const { botToken, clientId, clientSecret, redirectUris } = sandbox.config;
  const gateway = `${sandbox.url.replace('http', 'ws')}/gateway`;
  const addresses = [`${sandbox.url}/api`, `${sandbox.url}/cdn`, `${sandbox.url}/oauth2/authorize`];
  for (const fact of [botToken, clientId, clientSecret, ...redirectUris, gateway, ...addresses])
    expect(page).toContain(`<code>${fact}</code>`);
  for (const name of ['PORT', 'PUBLIC_URL', 'CLIENT_ID', 'BOT_TOKEN', 'REDIRECT_URIS', 'GUILDS'])
    expect(page).toContain(`<code>SANDBOX_${name}</code>`);
  for (const library of [
    'discord.js',
    '@discordjs/core',
    'eris',
    'oceanic.js',
    'discordeno',
    'seyfert',
    'discord.py',
  ])
    expect(page).toContain(`<summary>${library}</summary>`);
});
