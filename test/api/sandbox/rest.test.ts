/** REST v10: what the bot and signed-in people are answered, judged by Discord's own specification. */
import { describe, expect, test } from 'vitest';
import { openSandbox, people } from './sandbox-client.ts';
import { expectAnswer } from './spec.ts';

describe('every answer is one Discord could have given', () => {
  test('to the bot', async () => {
    const sandbox = await openSandbox();
    await sandbox.control('PATCH', '/settings', { privileged_intents: ['GUILD_MEMBERS'] });
    const guilds = await sandbox.guildsWithBot();
    for (const { id } of guilds.slice(0, 8)) {
      const get = async (path: string) => (await sandbox.rest('GET', path)).body;
      expectAnswer('guild', await get(`/guilds/${id}`));
      expectAnswer('preview', await get(`/guilds/${id}/preview`));
      expectAnswer('roles', await get(`/guilds/${id}/roles`));
      expectAnswer('member', await get(`/guilds/${id}/members/@me`));
      expectAnswer('members', await get(`/guilds/${id}/members?limit=5`));
    }
    const get = async (path: string) => (await sandbox.rest('GET', path)).body;
    const channels = await get(`/guilds/${guilds[0]?.id}/channels`);
    expectAnswer('channels', channels);
    expectAnswer('channel', await get(`/channels/${channels[1].id}`));
    expectAnswer('application', await get('/applications/@me'));
    expectAnswer('application', await get('/oauth2/applications/@me'));
    expectAnswer('gateway', await get('/gateway'));
    expectAnswer('gatewayBot', await get('/gateway/bot'));
    expectAnswer('myself', await get('/users/@me'));
    expectAnswer('user', await get(`/users/${people.member.id}`));
    expectAnswer('user', await get(`/users/${guilds[1]?.owner_id}`));
    expectAnswer('myGuilds', await get('/users/@me/guilds?with_counts=true'));
  });

  test('to a person', async () => {
    const sandbox = await openSandbox();
    const scope = 'identify email guilds guilds.members.read';
    const { access_token } = await sandbox.login(people.collector, scope);
    const get = async (path: string) =>
      (await sandbox.rest('GET', path, undefined, `Bearer ${access_token}`)).body;
    const me = await get('/users/@me');
    expectAnswer('myself', me);
    expect(me).toMatchObject({ email: 'ada_okafor@example.com', verified: true });
    const guilds = await get('/users/@me/guilds');
    expectAnswer('myGuilds', guilds);
    expect(guilds).toHaveLength(200);
    expectAnswer('myMember', await get(`/users/@me/guilds/${guilds[0].id}/member`));
    expectAnswer('authorization', await get('/oauth2/@me'));
  });

  test('to commands and messages', async () => {
    const sandbox = await openSandbox();
    const [guild] = await sandbox.guildsWithBot();
    const base = `/applications/${sandbox.config.clientId}`;
    const ping = { name: 'ping', description: 'Answers' };
    const created = await sandbox.rest('POST', `${base}/commands`, ping);
    expect(created.status).toBe(201);
    expectAnswer('command', created.body);
    const again = await sandbox.rest('POST', `${base}/commands`, { ...ping, description: 'Anew' });
    expect(again).toMatchObject({ status: 200, body: { id: created.body.id } });
    const option = { type: 3, name: 'text', description: 'What to say', required: true };
    const put = await sandbox.rest('PUT', `${base}/guilds/${guild?.id}/commands`, [
      { name: 'say', description: 'Says it', options: [option] },
    ]);
    expectAnswer('commands', put.body);
    const path = `${base}/commands/${created.body.id}`;
    expect((await sandbox.rest('PATCH', path, { description: 'Third' })).body).toMatchObject({
      name: 'ping',
      description: 'Third',
    });
    expect((await sandbox.rest('DELETE', path)).status).toBe(204);
    expect((await sandbox.rest('GET', path)).body.code).toBe(10063);

    const { body: channels } = await sandbox.rest('GET', `/guilds/${guild?.id}/channels`);
    const messages = `/channels/${channels[1].id}/messages`;
    const sent = await sandbox.rest('POST', messages, {
      content: '안녕',
      embeds: [{ title: 'A title', fields: [{ name: 'a', value: 'b' }] }],
      components: [{ type: 1, components: [{ type: 2, style: 1, label: 'Go', custom_id: 'go' }] }],
    });
    expectAnswer('message', sent.body);
    const edited = await sandbox.rest('PATCH', `${messages}/${sent.body.id}`, { content: 'Hi' });
    expectAnswer('message', edited.body);
    expect(edited.body.edited_timestamp).not.toBeNull();
    expectAnswer('messages', (await sandbox.rest('GET', messages)).body);
    expect((await sandbox.rest('DELETE', `${messages}/${sent.body.id}`)).status).toBe(204);
    expect((await sandbox.rest('GET', `${messages}/${sent.body.id}`)).body.code).toBe(10008);
  });
});

describe('the list of servers', () => {
  test('pages through more servers than one answer holds, each once and in order', async () => {
    const sandbox = await openSandbox({ guilds: 450 });
    const seen: string[] = [];
    for (;;) {
      const after = seen.at(-1) ?? '0';
      const { body } = await sandbox.rest('GET', `/users/@me/guilds?limit=200&after=${after}`);
      seen.push(...(body as unknown as { id: string }[]).map(({ id }) => id));
      if (body.length < 200) break;
    }
    expect(seen).toHaveLength(450);
    expect(new Set(seen).size).toBe(450);
    expect(seen).toEqual(seen.toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1)));
    const page = await sandbox.rest('GET', `/users/@me/guilds?limit=3&before=${seen[10]}`);
    expect(page.body).toMatchObject(seen.slice(7, 10).map((id) => ({ id })));
  });

  test('has permissions past the 32nd bit as text, counts only when asked, and null icons', async () => {
    const sandbox = await openSandbox();
    const { access_token } = await sandbox.login(people.moderator);
    const get = async (query: string) =>
      (await sandbox.rest('GET', `/users/@me/guilds${query}`, undefined, `Bearer ${access_token}`))
        .body as unknown as Record<string, string>[];
    const guilds = await get('');
    expect(guilds.some(({ permissions }) => BigInt(permissions ?? 0) >> 52n === 1n)).toBe(true);
    expect(guilds.some(({ icon }) => icon === null)).toBe(true);
    expect(guilds[0]).not.toHaveProperty('approximate_member_count');
    expect((await get('?with_counts=1'))[0]).toHaveProperty('approximate_member_count');
  });

  test('is empty for someone in no server', async () => {
    const sandbox = await openSandbox();
    const { access_token } = await sandbox.login(people.newcomer);
    const answer = await sandbox.rest(
      'GET',
      '/users/@me/guilds',
      undefined,
      `Bearer ${access_token}`,
    );
    expect(answer).toMatchObject({ status: 200, body: [] });
  });

  test('is not given without the scope', async () => {
    const sandbox = await openSandbox();
    const { access_token } = await sandbox.login(people.owner, 'identify');
    const answer = await sandbox.rest(
      'GET',
      '/users/@me/guilds',
      undefined,
      `Bearer ${access_token}`,
    );
    expect(answer).toMatchObject({ status: 403, body: { code: 50026 } });
  });
});

test('the bot leaves a server, and can reach it no more', async () => {
  const sandbox = await openSandbox();
  const [guild] = await sandbox.guildsWithBot();
  expect((await sandbox.rest('DELETE', `/users/@me/guilds/${guild?.id}`)).status).toBe(204);
  expect((await sandbox.rest('GET', `/guilds/${guild?.id}`)).body.code).toBe(50001);
});

test('a set-up check finds the application of the bot, its client id and its redirect URIs', async () => {
  const sandbox = await openSandbox({ redirectUris: ['https://bot.example/discord/callback'] });
  const { body } = await sandbox.rest('GET', '/applications/@me');
  expect(body).toMatchObject({
    id: sandbox.config.clientId,
    bot: { id: sandbox.config.clientId },
    redirect_uris: ['https://bot.example/discord/callback'],
    approximate_guild_count: 24,
  });
});

describe('errors', () => {
  test.each([
    ['a wrong bot token', 'GET', '/users/@me', 'Bot wrong', 401, 0],
    ['no token', 'GET', '/users/@me', null, 401, 0],
    ['a wrong bearer', 'GET', '/users/@me/guilds', 'Bearer wrong', 401, 0],
    ['an unknown route without a token', 'GET', '/nothing', null, 404, 0],
    ['an unknown route with a wrong token', 'GET', '/nothing/here', 'Bot wrong', 404, 0],
    ['a method the route does not take', 'PUT', '/users/@me', null, 405, 0],
  ])('%s', async (_title, method, path, authorization, status, code) => {
    const sandbox = await openSandbox();
    const answer = await sandbox.rest(method, path, undefined, authorization);
    expect(answer).toMatchObject({ status, body: { code } });
    expectAnswer('error', answer.body);
  });

  test('name the thing that is not there, or not to be had', async () => {
    const sandbox = await openSandbox();
    const [guild] = await sandbox.guildsWithBot();
    const without = (await sandbox.control('GET', '/world?bot=false')).guilds[0];
    const codeOf = async (path: string) => (await sandbox.rest('GET', path)).body.code;
    expect(await codeOf('/guilds/100000000000000000')).toBe(10004);
    expect(await codeOf(`/guilds/${without.id}`)).toBe(50001);
    expect(await codeOf(`/guilds/${without.id}/channels`)).toBe(50001);
    expect(await codeOf(`/channels/${BigInt(without.id) + 2n}`)).toBe(50001);
    expect(await codeOf('/channels/100000000000000000')).toBe(10003);
    expect(await codeOf('/users/100000000000000000')).toBe(10013);
    expect(await codeOf(`/guilds/${guild?.id}/members/${people.newcomer.id}`)).toBe(10007);
    expect(await codeOf(`/guilds/${guild?.id}/members`)).toBe(50001);
    expect(await codeOf('/guilds/not-an-id')).toBe(50035);
  });

  test('say which field of a form is wrong', async () => {
    const sandbox = await openSandbox();
    const path = `/applications/${sandbox.config.clientId}/commands`;
    const { status, body } = await sandbox.rest('PUT', path, [
      { name: 'fine', description: 'Fine' },
      { name: 'x'.repeat(33), description: 'Long' },
      { description: 'Nameless' },
    ]);
    expect(status).toBe(400);
    expectAnswer('error', body);
    expect(body).toMatchObject({
      code: 50035,
      errors: {
        1: { name: { _errors: [{ code: 'BASE_TYPE_BAD_LENGTH' }] } },
        2: { name: { _errors: [{ code: 'BASE_TYPE_REQUIRED' }] } },
      },
    });
    const list = await sandbox.rest('GET', '/users/@me/guilds?limit=201');
    expect(list.body.errors).toMatchObject({ limit: { _errors: [{ code: 'NUMBER_TYPE_MAX' }] } });
  });

  test('refuse what cannot be sent', async () => {
    const sandbox = await openSandbox();
    const [guild] = await sandbox.guildsWithBot();
    const { body: channels } = await sandbox.rest('GET', `/guilds/${guild?.id}/channels`);
    const send = async (body: unknown, channel = 1) =>
      (await sandbox.rest('POST', `/channels/${channels[channel].id}/messages`, body)).body.code;
    expect(await send({ content: ' ' })).toBe(50006);
    expect(await send({ content: 'x'.repeat(2001) })).toBe(50035);
    expect(await send({ content: 'x' }, 0)).toBe(50008);
    const raw = await sandbox.fetch(`/api/v10/channels/${channels[1].id}/messages`, {
      method: 'POST',
      headers: {
        authorization: `Bot ${sandbox.config.botToken}`,
        'content-type': 'application/json',
      },
      body: '{"content":',
    });
    expect(await raw.json()).toMatchObject({ code: 50109 });
  });

  test('a body of more than a mebibyte is not read', async () => {
    const sandbox = await openSandbox();
    const answer = await sandbox.fetch('/api/oauth2/token', {
      method: 'POST',
      body: 'x'.repeat(1024 * 1024 + 1),
    });
    expect(answer.status).toBe(413);
  });
});

describe('rate limits', () => {
  test('are counted in the headers for each token, and end in a 429', async () => {
    const sandbox = await openSandbox();
    const [first, second] = [await sandbox.login(people.owner), await sandbox.login(people.member)];
    const ask = (token: string) =>
      sandbox.rest('GET', '/users/@me/guilds', undefined, `Bearer ${token}`);
    const { headers } = await ask(first.access_token);
    expect(headers.get('x-ratelimit-remaining')).toBe('59');
    expect(headers.get('x-ratelimit-bucket')).toMatch(/^[0-9a-f]{32}$/);
    for (let asked = 1; asked < 60; asked++) await ask(first.access_token);
    const refused = await ask(first.access_token);
    expect(refused.status).toBe(429);
    expectAnswer('rateLimited', refused.body);
    expect(refused.headers.get('x-ratelimit-scope')).toBe('user');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await ask(second.access_token)).status).toBe(200);
  });

  test('a bot may ask for fifty things a second altogether', async () => {
    const sandbox = await openSandbox();
    const guilds = await sandbox.guildsWithBot();
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        sandbox.rest('GET', `/guilds/${guilds[index % guilds.length]?.id}`),
      ),
    );
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.body.global).toBe(true);
    expect(refused?.headers.get('x-ratelimit-global')).toBe('true');
    expect(refused?.headers.has('x-ratelimit-bucket')).toBe(false);
  });
});

describe('pictures', () => {
  test('of servers, people and the application are PNG of the size asked for', async () => {
    const sandbox = await openSandbox();
    const guild = (await sandbox.guildsWithBot()).find(({ icon }) => icon !== null);
    const { body: application } = await sandbox.rest('GET', '/applications/@me');
    for (const path of [
      `icons/${guild?.id}/${guild?.icon}.png`,
      `icons/${guild?.id}/${guild?.icon}.webp`,
      `avatars/${people.collector.id}/${people.collector.avatar}.gif`,
      `avatars/${application.bot.id}/${application.bot.avatar}.png`,
      `app-icons/${application.id}/${application.icon}.png`,
    ]) {
      const answer = await sandbox.fetch(`/cdn/${path}?size=64`);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png']);
      const bytes = Buffer.from(await answer.arrayBuffer());
      expect(bytes.subarray(1, 4).toString()).toBe('PNG');
      expect(bytes.readUInt32BE(16)).toBe(64);
    }
    expect((await sandbox.fetch('/cdn/embed/avatars/0.png')).status).toBe(200);
  });

  test('that nobody has are not found', async () => {
    const sandbox = await openSandbox();
    const [guild] = await sandbox.guildsWithBot();
    for (const path of [
      `icons/${guild?.id}/null.png`,
      `icons/${guild?.id}/0123456789abcdef.png`,
      `avatars/${people.newcomer.id}/null.png`,
      'stickers/1/2.png',
      'embed/avatars/9.png',
    ])
      expect((await sandbox.fetch(`/cdn/${path}`)).status, path).toBe(404);
    expect((await sandbox.fetch('/cdn/embed/avatars/0.png?size=100')).status).toBe(400);
  });
});
