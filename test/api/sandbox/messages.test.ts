/** Messages beyond their text: files, pins, and the ways libraries write ids. */
import { AttachmentBuilder, Events, GatewayIntentBits } from 'discord.js';
import { describe, expect, test } from 'vitest';
import { startBot } from './bot.ts';
import { openSandbox, people, type SandboxClient } from './sandbox-client.ts';
import { expectAnswer } from './spec.ts';

/** A channel where the bot may write. */
async function openChannel(more: { permissions?: string } = {}) {
  const sandbox = await openSandbox();
  const guild = await sandbox.control('POST', '/guilds', { bot: more.permissions === undefined });
  if (more.permissions !== undefined) {
    const invitation = { scope: 'bot', permissions: more.permissions, response_type: null };
    await sandbox.consent(sandbox.authorizeUrl(invitation), { guild_id: guild.id });
  }
  const { body: channels } = await sandbox.rest('GET', `/guilds/${guild.id}/channels`);
  return { sandbox, channelId: channels[1].id as string, guildId: guild.id as string };
}

/** Sends a form as a library would, byte by byte. */
async function sendForm(sandbox: SandboxClient, path: string, body: string, boundary = 'x') {
  const response = await sandbox.fetch(`/api/v10${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bot ${sandbox.config.botToken}`,
      'content-type': `multipart/form-data; boundary=${boundary}`,
    },
    body,
  });
  return { status: response.status, body: await response.json() };
}

describe('a file', () => {
  test('that discord.js sends is described, heard of, and can be fetched', async () => {
    const { sandbox, channelId } = await openChannel();
    const { Guilds, GuildMessages } = GatewayIntentBits;
    const bot = await startBot(sandbox, { intents: [Guilds, GuildMessages] });
    const heard = new Promise<string | undefined>((resolve) =>
      bot.once(Events.MessageCreate, ({ attachments }) => resolve(attachments.first()?.url)),
    );
    const bytes = Buffer.from([0, 13, 10, 45, 45, 255]);
    const channel = await bot.channels.fetch(channelId);
    if (!channel?.isSendable()) throw new Error('the channel cannot be written to');
    const file = new AttachmentBuilder(bytes, { name: 'a note.bin', description: 'A note' });
    const message = await channel.send({ content: 'look', files: [file] });
    const attachment = message.attachments.first();
    expect(attachment).toMatchObject({
      name: 'a_note.bin',
      title: 'a note.bin',
      description: 'A note',
      size: bytes.length,
    });
    expect(await heard).toBe(attachment?.url);
    const fetched = await fetch(attachment?.url ?? '');
    expect(Buffer.from(await fetched.arrayBuffer())).toEqual(bytes);
    expect(fetched.headers.get('content-security-policy')).toContain('sandbox');
    const { body } = await sandbox.rest('GET', `/channels/${channelId}/messages/${message.id}`);
    expectAnswer('message', body);
    const withoutFile = await message.edit({ attachments: [] });
    expect(withoutFile.attachments.size).toBe(0);
  });

  test('is enough for a message, however the form is written', async () => {
    const { sandbox, channelId } = await openChannel();
    const form = [
      '--a b',
      'content-disposition: form-data; name=payload_json',
      '',
      '{}',
      '--a b',
      'Content-Disposition: form-data; name="files[3]"; filename="hi.png"',
      'Content-Type: application/octet-stream',
      '',
      'png\r\n--a line',
      '--a b--',
      '',
    ].join('\r\n');
    const path = `/channels/${channelId}/messages`;
    const { status, body } = await sendForm(sandbox, path, form, '"a b"');
    expect(status).toBe(200);
    expect(body.attachments).toMatchObject([{ filename: 'hi.png', content_type: 'image/png' }]);
    expect(await (await fetch(body.attachments[0].url)).text()).toBe('png\r\n--a line');
  });

  test.each([
    [
      'in a form that ends too early',
      '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1',
      50035,
    ],
    [
      'beside JSON that is none',
      '--x\r\ncontent-disposition: form-data; name="payload_json"\r\n\r\n{\r\n--x--',
      50109,
    ],
    [
      'that is not there, nor anything else',
      '--x\r\ncontent-disposition: form-data; name="payload_json"\r\n\r\n{}\r\n--x--',
      50006,
    ],
  ])('%s is refused', async (_title, form, code) => {
    const { sandbox, channelId } = await openChannel();
    const { body } = await sendForm(sandbox, `/channels/${channelId}/messages`, form);
    expect(body.code).toBe(code);
  });
});

test('pins are kept under both of their addresses, for a bot that may pin', async () => {
  const mayPin = String((1n << 51n) | (1n << 16n) | (1n << 11n));
  const { sandbox, channelId } = await openChannel({ permissions: mayPin });
  const messages = `/channels/${channelId}/messages`;
  const ids = [];
  for (const content of ['first', 'second', 'never pinned'])
    ids.push((await sandbox.rest('POST', messages, { content })).body.id);
  expect((await sandbox.rest('PUT', `${messages}/pins/${ids[0]}`)).status).toBe(204);
  expect((await sandbox.rest('PUT', `/channels/${channelId}/pins/${ids[1]}`)).status).toBe(204);
  const { body } = await sandbox.rest('GET', `${messages}/pins`);
  expect(body).toMatchObject({
    items: [{ message: { content: 'second', pinned: true } }, {}],
    has_more: false,
  });
  const before = encodeURIComponent(body.items[1].pinned_at);
  expect((await sandbox.rest('GET', `${messages}/pins?before=${before}`)).body.items).toEqual([]);
  await sandbox.rest('DELETE', `${messages}/pins/${ids[1]}`);
  const older = await sandbox.rest('GET', `/channels/${channelId}/pins`);
  expectAnswer('messages', older.body);
  expect(older.body).toMatchObject([{ id: ids[0] }]);

  const other = await openChannel();
  const { body: sent } = await other.sandbox.rest('POST', `/channels/${other.channelId}/messages`, {
    content: 'x',
  });
  const refused = await other.sandbox.rest(
    'PUT',
    `/channels/${other.channelId}/messages/pins/${sent.id}`,
  );
  expect(refused.body.code).toBe(50013);
});

test('a reply may name its message by a whole number', async () => {
  const { sandbox, channelId } = await openChannel();
  const path = `/channels/${channelId}/messages`;
  const { body: first } = await sandbox.rest('POST', path, { content: 'first' });
  const response = await sandbox.fetch(`/api/v10${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bot ${sandbox.config.botToken}`,
      'content-type': 'application/json',
    },
    body: `{"content":"re","message_reference":{"message_id":${first.id},"channel_id":${channelId}}}`,
  });
  expect(await response.json()).toMatchObject({ message_reference: { message_id: first.id } });
});

test('members are found by the beginning of a name', async () => {
  const { sandbox, guildId } = await openChannel();
  const search = async (query: string) =>
    (await sandbox.rest('GET', `/guilds/${guildId}/members/search${query}`)).body;
  expect(await search('?query=HANE&limit=5')).toMatchObject([{ user: { id: people.owner.id } }]);
  expect(await search('?query=nobody')).toEqual([]);
  expect((await search('')).code).toBe(50035);
});

test.each([
  ['POST', 'messages/bulk-delete'],
  ['GET', 'messages/search'],
  ['GET', 'messages/pins/reactions'],
  ['POST', 'typing'],
])('what is not here is not found, and never an id that is wrong: %s %s', async (method, path) => {
  const { sandbox, channelId } = await openChannel();
  const answer = await sandbox.rest(method, `/channels/${channelId}/${path}`);
  expect(answer).toMatchObject({ status: 404, body: { code: 0 } });
});
