/** Commands in several languages, and who may use them. */
import { expect, test } from 'vitest';
import { openSandbox } from './sandbox-client.ts';
import { expectAnswer } from './spec.ts';

const ping = {
  name: 'ping',
  name_localizations: { ko: '핑', de: 'ping' },
  description: 'Answers',
  description_localizations: { ko: '대답합니다' },
  // As a number, as discord.py writes it.
  default_member_permissions: 32,
  options: [
    {
      type: 3,
      name: 'text',
      name_localizations: { ko: '글' },
      description: 'What to say',
      choices: [{ name: 'Hi', name_localizations: { ko: '안녕' }, value: 'hi' }],
    },
  ],
};

test('a command keeps its texts in every language, and a list tells them in one', async () => {
  const sandbox = await openSandbox();
  const path = `/applications/${sandbox.config.clientId}/commands`;
  const { body: created } = await sandbox.rest('POST', path, ping);
  expectAnswer('command', created);
  expect(created).toMatchObject({ ...ping, default_member_permissions: '32' });
  const changed = await sandbox.rest('PATCH', `${path}/${created.id}`, { description: 'Replies' });
  expect(changed.body).toMatchObject({
    ...ping,
    default_member_permissions: '32',
    description: 'Replies',
  });

  const whole = await sandbox.rest('GET', `${path}?with_localizations=true`);
  expect(whole.body[0].options[0].choices[0].name_localizations).toEqual({ ko: '안녕' });
  const inKorean = await sandbox.fetch(`/api/v10${path}`, {
    headers: { authorization: `Bot ${sandbox.config.botToken}`, 'x-discord-locale': 'ko' },
  });
  const [listed] = (await inKorean.json()) as { options: unknown[] }[];
  expect(listed).toMatchObject({
    name: 'ping',
    name_localized: '핑',
    description_localized: '대답합니다',
    options: [
      { name_localized: '글', choices: [{ name: 'Hi', name_localized: '안녕', value: 'hi' }] },
    ],
  });
  expect(listed).not.toHaveProperty('name_localizations');
  expectAnswer('commands', (await sandbox.rest('GET', path)).body);
});

test('nobody set who may use which command', async () => {
  const sandbox = await openSandbox();
  const [guild] = await sandbox.guildsWithBot();
  const path = `/applications/${sandbox.config.clientId}/guilds/${guild?.id}/commands`;
  const { body: command } = await sandbox.rest('POST', path, ping);
  expect(await sandbox.rest('GET', `${path}/permissions`)).toMatchObject({ status: 200, body: [] });
  const one = await sandbox.rest('GET', `${path}/${command.id}/permissions`);
  expect(one).toMatchObject({ status: 404, body: { code: 10066 } });
});
