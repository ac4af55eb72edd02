/** The authorize page and its form, as a browser meets them. */
import { describe, expect, test } from 'vitest';
import { openSandbox, people, redirectUri, type SandboxClient } from './sandbox-client.ts';

describe('the page', () => {
  test('says who asks for what, in words, and offers every sample person', async () => {
    const sandbox = await openSandbox();
    const page = await (await sandbox.fetch(sandbox.authorizeUrl())).text();
    expect(page).toContain('Know your username, display name and picture');
    expect(page).toContain('Know which servers you are in');
    expect(page).not.toContain('Know your e-mail address');
    for (const person of Object.values(people)) expect(page).toContain(`value="${person.id}"`);
    expect(page).toMatch(/<button[^>]*>Authorize<\/button>/);
    expect(page).toMatch(/<button[^>]*>Cancel<\/button>/);
  });

  test('shows names that contain HTML as text', async () => {
    const sandbox = await openSandbox();
    const invitation = sandbox.authorizeUrl({ scope: 'bot', permissions: '8' });
    const page = await (await sandbox.fetch(invitation)).text();
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; friends');
    expect(page).toContain('&quot;&gt;&lt;img src=x onerror=alert(1)&gt;');
    expect(page).not.toContain('<script>alert');
    expect(page).not.toContain('<img src=x');
    expect(page).toContain('<li>Administrator</li>');
  });

  test('reflects nothing of a wrong request as markup', async () => {
    const sandbox = await openSandbox();
    const answer = await sandbox.fetch(sandbox.authorizeUrl({ client_id: '"><b>x</b>' }));
    expect(answer.status).toBe(400);
    expect(await answer.text()).not.toContain('<b>x</b>');
  });

  test('runs no script but its own', async () => {
    const sandbox = await openSandbox();
    const answer = await sandbox.fetch(sandbox.authorizeUrl());
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('content-security-policy')).not.toContain('unsafe');
  });
});

describe('a redirect URI must be registered, to the letter', () => {
  test.each([
    `${redirectUri}/`,
    `${redirectUri}?x=1`,
    `${redirectUri}#x`,
    redirectUri.toUpperCase(),
    redirectUri.replace('localhost', '127.0.0.1.evil.test'),
    'https://evil.test/discord/callback',
  ])('%s gets a page and no redirect', async (other) => {
    const sandbox = await openSandbox();
    const answer = await sandbox.fetch(sandbox.authorizeUrl({ redirect_uri: other }));
    expect(answer.status).toBe(400);
    expect(answer.headers.has('location')).toBe(false);
  });

  test('without one the first registered is meant', async () => {
    const sandbox = await openSandbox();
    const answer = await sandbox.consent(sandbox.authorizeUrl({ redirect_uri: null }));
    expect(answer.headers.get('location')).toMatch(new RegExp(`^${redirectUri}\\?code=`));
  });
});

test.each([
  ['an unknown scope', { scope: 'identify everything' }, 'invalid_scope'],
  ['the implicit grant', { response_type: 'token' }, 'unsupported_response_type'],
  ['no response type', { response_type: null }, 'invalid_request'],
  ['an unknown prompt', { prompt: 'maybe' }, 'invalid_request'],
])('%s is told to the application, with its state', async (_title, changes, error) => {
  const sandbox = await openSandbox();
  const answer = await sandbox.fetch(sandbox.authorizeUrl(changes));
  const location = new URL(answer.headers.get('location') ?? '');
  expect(`${location.origin}${location.pathname}`).toBe(redirectUri);
  expect(location.searchParams.get('error')).toBe(error);
  expect(location.searchParams.get('state')).toBe('the-state');
  expect(location.searchParams.has('code')).toBe(false);
});

test('a repeated state or redirect URI is shown on a page, for nobody knows which was meant', async () => {
  const sandbox = await openSandbox();
  const answer = await sandbox.fetch(`${sandbox.authorizeUrl()}&state=another`);
  expect(answer.status).toBe(400);
});

test('Cancel is told to the application as access_denied', async () => {
  const sandbox = await openSandbox();
  const back = await sandbox.redirectParameters({}, { decision: 'cancel' });
  expect(Object.fromEntries(back)).toEqual({
    error: 'access_denied',
    error_description: 'The resource owner or authorization server denied the request',
    state: 'the-state',
  });
});

describe('the form', () => {
  test('works once', async () => {
    const sandbox = await openSandbox();
    const address = sandbox.authorizeUrl();
    const page = await (await sandbox.fetch(address)).text();
    const nonce = /name="nonce" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const body = new URLSearchParams({ nonce, person: people.owner.id, decision: 'authorize' });
    const send = () => sandbox.fetch(address, { method: 'POST', body });
    expect((await send()).status).toBe(302);
    expect((await send()).status).toBe(403);
  });

  test('cannot be sent without the page, for another request, or from another site', async () => {
    const sandbox = await openSandbox();
    const address = sandbox.authorizeUrl();
    const forged = await sandbox.consent(address, { nonce: 'guessed' });
    expect(forged.status).toBe(403);
    const page = await (await sandbox.fetch(address)).text();
    const nonce = /name="nonce" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const body = new URLSearchParams({ nonce, person: people.owner.id, decision: 'authorize' });
    const wider = sandbox.authorizeUrl({ scope: 'identify email guilds' });
    expect((await sandbox.fetch(wider, { method: 'POST', body })).status).toBe(403);
    const headers = { origin: 'https://evil.test' };
    expect((await sandbox.fetch(address, { method: 'POST', body, headers })).status).toBe(403);
  });

  test('knows only the sample people', async () => {
    const sandbox = await openSandbox();
    const answer = await sandbox.consent(sandbox.authorizeUrl(), { person: '1' });
    expect(answer.status).toBe(400);
  });
});

/** The id of the person a page has preselected. */
async function ask(sandbox: SandboxClient, changes: Record<string, string>, cookie = '') {
  const answer = await sandbox.fetch(sandbox.authorizeUrl(changes), { headers: { cookie } });
  return /value="(\d+)"[^>]*aria-[^>]* checked/.exec(await answer.text())?.[1];
}

describe('the person that is preselected', () => {
  test('is whoever was chosen last, also by someone who said no', async () => {
    const sandbox = await openSandbox();
    expect(await ask(sandbox, {})).toBe(people.owner.id);
    const fields = { person: people.newcomer.id, decision: 'cancel' };
    const answer = await sandbox.consent(sandbox.authorizeUrl(), fields);
    const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0];
    expect(await ask(sandbox, {}, cookie)).toBe(people.newcomer.id);
  });

  test('is for a server someone who may add the bot there, the last one before others', async () => {
    const sandbox = await openSandbox();
    const guild = await sandbox.control('POST', '/guilds', { owner_id: people.collector.id });
    const invitation = { scope: 'bot', guild_id: guild.id };
    expect(await ask(sandbox, invitation)).toBe(people.collector.id);
    const last = `sandbox-person=${people.moderator.id}`;
    expect(await ask(sandbox, invitation, last)).toBe(people.collector.id);
    await sandbox.control('PUT', `/guilds/${guild.id}/members/${people.moderator.id}`, {
      permissions: String(1n << 5n),
    });
    expect(await ask(sandbox, invitation, last)).toBe(people.moderator.id);
    expect(await ask(sandbox, { ...invitation, guild_id: '1' }, last)).toBe(people.moderator.id);
  });
});

test('the bot looks the same on the page as everywhere else', async () => {
  const sandbox = await openSandbox();
  const { body: bot } = await sandbox.rest('GET', '/users/@me');
  const page = await (await sandbox.fetch(sandbox.authorizeUrl())).text();
  expect(page).toContain(`/cdn/avatars/${bot.id}/${bot.avatar}.png`);
  const { body: application } = await sandbox.rest('GET', '/applications/@me');
  expect(application.icon).toBe(bot.avatar);
});

describe('prompt=none', () => {
  test('skips the page for someone who authorised these scopes before, and asks for more', async () => {
    const sandbox = await openSandbox();
    const first = await sandbox.consent(sandbox.authorizeUrl(), { person: people.member.id });
    const headers = { cookie: (first.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
    const open = async (changes: Record<string, string>) =>
      (await sandbox.fetch(sandbox.authorizeUrl(changes), { headers })).status;
    expect(await open({ prompt: 'none' })).toBe(302);
    expect(await open({ prompt: 'none', scope: 'identify' })).toBe(302);
    expect(await open({ prompt: 'none', scope: 'identify email' })).toBe(200);
    expect(await open({ prompt: 'none', scope: 'identify bot' })).toBe(200);
    expect(await open({ prompt: 'consent' })).toBe(200);
    expect(await open({})).toBe(200);
  });

  test('asks again once the authorisation was withdrawn', async () => {
    const sandbox = await openSandbox();
    const first = await sandbox.consent(sandbox.authorizeUrl());
    const headers = { cookie: (first.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
    await sandbox.control('DELETE', `/people/${people.owner.id}/authorization`);
    const answer = await sandbox.fetch(sandbox.authorizeUrl({ prompt: 'none' }), { headers });
    expect(answer.status).toBe(200);
  });
});

function serverWithoutBot(sandbox: SandboxClient) {
  return sandbox.control('POST', '/guilds', { name: 'Mine', owner_id: people.owner.id });
}

describe('adding the bot', () => {
  const invitation = { response_type: null, redirect_uri: null, state: null, scope: 'bot' };

  test('the bot joins the chosen server, and the page says so and leads back to the application', async () => {
    const sandbox = await openSandbox();
    const guild = await serverWithoutBot(sandbox);
    const address = sandbox.authorizeUrl({ ...invitation, permissions: '3072' });
    const answer = await sandbox.consent(address, { guild_id: guild.id });
    expect(answer.status).toBe(200);
    const page = await answer.text();
    expect(page).toContain('<h1>Sandbox Bot is in Mine</h1>');
    expect(page).toContain('하늘 added it just now.');
    expect(page).toContain('href="http://localhost:8001/">Back to localhost:8001</a>');
    expect((await sandbox.control('GET', `/guilds/${guild.id}`)).bot).toBe(true);
    const roles = await sandbox.rest('GET', `/guilds/${guild.id}/roles`);
    expect(roles.body[1]).toMatchObject({ managed: true, permissions: '3072' });
  });

  test('used again, it says that the bot was there', async () => {
    const sandbox = await openSandbox();
    const guild = await serverWithoutBot(sandbox);
    const address = sandbox.authorizeUrl(invitation);
    await sandbox.consent(address, { guild_id: guild.id });
    const again = await sandbox.consent(address, { guild_id: guild.id });
    expect(await again.text()).toContain('It was there already');
  });

  test.each([
    [
      'of the application',
      'http://localhost:8001/discord/guilds?q=a',
      'http://localhost:8001/discord/guilds?q=a',
    ],
    ['of anybody else', 'https://evil.test/', 'http://localhost:8001/'],
  ])(
    'a page %s that led here is the way back only where it is trusted',
    async (_whose, referer, back) => {
      const sandbox = await openSandbox();
      const guild = await serverWithoutBot(sandbox);
      const address = sandbox.authorizeUrl(invitation);
      for (const decision of ['authorize', 'cancel']) {
        const answer = await sandbox.consent(
          address,
          { guild_id: guild.id, decision },
          { referer },
        );
        expect(await answer.text()).toContain(`href="${back}">Back to localhost:8001</a>`);
      }
    },
  );

  test('with a code, the redirect names the server and the token answer holds it', async () => {
    const sandbox = await openSandbox();
    const guild = await serverWithoutBot(sandbox);
    const back = await sandbox.redirectParameters(
      { scope: 'identify bot', permissions: '8' },
      { guild_id: guild.id },
    );
    expect(back.get('guild_id')).toBe(guild.id);
    expect(back.get('permissions')).toBe('8');
    const { body } = await sandbox.token({
      grant_type: 'authorization_code',
      code: back.get('code') ?? '',
      redirect_uri: redirectUri,
    });
    expect(body.guild).toMatchObject({ id: guild.id, name: 'Mine' });
  });

  test('only someone who manages a server may add it there', async () => {
    const sandbox = await openSandbox();
    const guild = await serverWithoutBot(sandbox);
    await sandbox.control('PUT', `/guilds/${guild.id}/members/${people.member.id}`, {});
    const fields = { guild_id: guild.id, person: people.member.id };
    const refused = await sandbox.consent(sandbox.authorizeUrl(invitation), fields);
    expect(refused.status).toBe(400);
    expect((await sandbox.control('GET', `/guilds/${guild.id}`)).bot).toBe(false);

    await sandbox.control('PUT', `/guilds/${guild.id}/members/${people.member.id}`, {
      permissions: String((1n << 52n) | (1n << 5n)),
    });
    expect((await sandbox.consent(sandbox.authorizeUrl(invitation), fields)).status).toBe(200);
  });

  test('a locked choice cannot be changed by the form', async () => {
    const sandbox = await openSandbox();
    const asked = await serverWithoutBot(sandbox);
    const other = await serverWithoutBot(sandbox);
    const address = sandbox.authorizeUrl({
      ...invitation,
      guild_id: asked.id,
      disable_guild_select: 'true',
    });
    const page = await (await sandbox.fetch(address)).text();
    expect(page).toContain(`value="${asked.id}" selected`);
    expect(page).not.toContain(`value="${other.id}"`);
    expect((await sandbox.consent(address, { guild_id: other.id })).status).toBe(400);
    expect((await sandbox.consent(address)).status).toBe(200);
  });
});
