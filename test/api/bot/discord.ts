/** A Discord for the bot's tests: the sandbox, spoken to through its control API. */
import { startSandbox } from '../../../sandbox/server.ts';
import { closeAfterTest } from './close-after-test.ts';

export type Discord = Awaited<ReturnType<typeof startDiscord>>;

/** Starts a Discord in which the bot is in `guilds` servers. It is closed after the test, or by `close`. */
export async function startDiscord(options: { guilds: number; port?: number }) {
  const sandbox = await startSandbox({ port: 0, ...options });
  const close = closeAfterTest(() => sandbox.close());

  async function control(method: string, path: string, body?: object) {
    const answer = await fetch(`${sandbox.url}/sandbox/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }

  return {
    /** What the bot's environment needs to find this Discord. */
    env: {
      DISCORD_API_URL: `${sandbox.url}/api`,
      DISCORD_CDN_URL: `${sandbox.url}/cdn`,
      DISCORD_BOT_TOKEN: sandbox.config.botToken,
    },
    /** Makes a server that the bot joins. */
    async join(): Promise<string> {
      const answer = await control('POST', 'guilds', { name: 'New', bot: true });
      const { id } = (await answer.json()) as { id: string };
      return id;
    },
    async guildIds(): Promise<string[]> {
      const answer = await control('GET', 'world?bot=true');
      const world = (await answer.json()) as { guilds: { id: string }[] };
      return world.guilds.map(({ id }) => id);
    },
    /** How many shards are connected. */
    async connectionCount(): Promise<number> {
      const answer = await control('GET', 'world?limit=0');
      const { shards } = (await answer.json()) as { shards: unknown[] };
      return shards.length;
    },
    leave: (guild: string) => control('DELETE', `guilds/${guild}/bot`),
    setUnavailable: (guild: string, unavailable: boolean) =>
      control('PATCH', `guilds/${guild}`, { unavailable }),
    gateway: (action: 'drop' | 'reconnect' | 'invalidate' | 'refuse' | 'accept') =>
      control('POST', 'gateway', { action }),
    close,
  };
}
