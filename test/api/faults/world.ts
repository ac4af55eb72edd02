/** Two BFFs on one database, a bot, and a Discord at the other end of a bad line: every part a process that can be killed. */
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openBadLine } from '../../harness/bad-line.ts';
import { temporaryDirectory } from '../../harness/bff.ts';
import { TestDiscord } from '../../harness/discord.ts';
import { freePort } from '../../harness/ports.ts';
import { Visitor } from '../../harness/visitor.ts';
import { Part } from './part.ts';
import type { PartName } from './schedule.ts';

/** How long the BFF waits for Discord: short, so that being late costs the run little. */
export const deadlineMs = 800;

const guilds = 30;
const application = {
  id: '1180000000000000000',
  secret: 'sandbox-client-secret',
  token: 'sandbox-bot-token',
};

export type World = Awaited<ReturnType<typeof startWorld>>;

/** Starts everything. `close` ends it. */
export async function startWorld() {
  const directory = temporaryDirectory();
  const ports = [await freePort(), await freePort()];
  const sandboxPort = await freePort();
  const urls = ports.map((port) => `http://localhost:${port}`);
  const sandboxUrl = `http://localhost:${sandboxPort}`;
  const line = await openBadLine(sandboxUrl);
  const environment = {
    DISCORD_CLIENT_ID: application.id,
    DISCORD_CLIENT_SECRET: application.secret,
    DISCORD_BOT_TOKEN: application.token,
    DISCORD_AUTHORIZE_URL: `${sandboxUrl}/oauth2/authorize`,
    DISCORD_CDN_URL: `${sandboxUrl}/cdn`,
    DATA_DIR: directory,
    PUBLIC_URL: urls[0] ?? '',
    LOG_LEVEL: 'warn',
  };
  const bff = (index: number): Part =>
    new Part('bff/main.ts', {
      ...environment,
      DISCORD_API_URL: `${line.url}/api`,
      OUTBOUND_TIMEOUT_MS: String(deadlineMs),
      PORT: String(ports[index]),
    });
  const parts: Record<PartName, Part> = {
    sandbox: new Part('sandbox/main.ts', {
      SANDBOX_PORT: String(sandboxPort),
      SANDBOX_CLIENT_ID: application.id,
      SANDBOX_CLIENT_SECRET: application.secret,
      SANDBOX_BOT_TOKEN: application.token,
      SANDBOX_REDIRECT_URIS: `${urls[0]}/discord/callback`,
      SANDBOX_GUILDS: String(guilds),
    }),
    bot: new Part('bot/main.ts', { ...environment, DISCORD_API_URL: `${sandboxUrl}/api` }),
    'bff 0': bff(0),
    'bff 1': bff(1),
  };
  for (const part of Object.values(parts)) part.start();
  const discord = new TestDiscord({ url: sandboxUrl } as never);

  return {
    directory,
    urls,
    line,
    parts,
    discord,

    /** Waits until every part works, and the count is known to both BFFs. */
    async whole(): Promise<void> {
      await until(async () => (await discord.control('GET', '/world')) !== undefined);
      for (const url of urls)
        await until(async () => {
          const visitor = new Visitor(url);
          const count = await visitor.get('/api/guild-count');
          return (
            (await visitor.get('/readyz')).body.includes('connected') &&
            count.body.includes(`"guild_count":${guilds},`)
          );
        });
    },

    async close(): Promise<void> {
      await Promise.all(Object.values(parts).map((part) => part.stop('SIGKILL')));
      await line.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await isSo().catch(() => false))) {
    if (performance.now() > deadline) throw new Error('it did not become well again within 30 s');
    await sleep(20);
  }
}
