import { expect, test } from 'vitest';
import { startBot } from './bot-process.ts';

const configError = 78; // EX_CONFIG

test('every wrong or missing variable is named in one message, and no value is repeated', async () => {
  const bot = startBot({
    env: {
      DISCORD_BOT_TOKEN: 'two words',
      DISCORD_API_URL: 'http://discord.example/api',
      DISCORD_CDN_URL: 'cdn',
      BOT_SOCKET: '/tmp/'.padEnd(101, 'x'),
      LOG_LEVEL: 'loud',
    },
  });
  await expect(bot.exited).resolves.toBe(configError);
  expect(bot.output.stderr.trimEnd().split('\n')).toHaveLength(6);
  for (const variable of [
    'DISCORD_BOT_TOKEN',
    'DISCORD_API_URL',
    'DISCORD_CDN_URL',
    'BOT_SOCKET',
    'LOG_LEVEL',
  ])
    expect(bot.output.stderr).toContain(variable);
  for (const value of ['two words', 'discord.example', 'xxx', 'loud'])
    expect(bot.output.text).not.toContain(value);
});

test('an empty variable counts as absent', async () => {
  const bot = startBot({ env: { DISCORD_BOT_TOKEN: '' } });
  await expect(bot.exited).resolves.toBe(configError);
  expect(bot.output.stderr).toBe('The bot cannot start:\n  - DISCORD_BOT_TOKEN is missing\n');

  const other = startBot({ env: { BOT_SOCKET: '', LOG_LEVEL: '' } });
  await other.logged('listening');
});

test('a DATA_DIR too long for a socket is told apart by name', async () => {
  const bot = startBot({ env: { DATA_DIR: '/tmp/'.padEnd(101, 'x') } });
  await expect(bot.exited).resolves.toBe(configError);
  expect(bot.output.stderr).toContain('DATA_DIR');
});

test('a variable that only looks like one of ours is named, with the one that may be meant', async () => {
  const bot = startBot({ env: { BOT_SOKCET: '/tmp/x', LOGLEVEL: 'debug', HOME: '/', PORT: '1' } });
  await bot.logged('listening');
  expect(bot.logs.filter(({ level }) => level === 40).map(({ msg }) => msg)).toEqual(
    expect.arrayContaining([
      'BOT_SOKCET is not a variable of ours, so it does nothing: is BOT_SOCKET meant?',
      'LOGLEVEL is not a variable of ours, so it does nothing: is LOG_LEVEL meant?',
    ]),
  );
  expect(bot.output.text).not.toMatch(/(?:HOME|PORT|PATH) is not a variable/);
});
