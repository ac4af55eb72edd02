/** An unmodified discord.js as the sandbox's bot. */
import { Client, Events, GatewayIntentBits, type ClientOptions } from 'discord.js';
import { onTestFinished } from 'vitest';
import type { SandboxClient } from './sandbox-client.ts';

/** A client that is not logged in yet, and is destroyed after the test. */
export function makeBot(sandbox: SandboxClient, options: Partial<ClientOptions> = {}): Client {
  const { rest, ...others } = options;
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    rest: { api: `${sandbox.url}/api`, cdn: `${sandbox.url}/cdn`, ...rest },
    ...others,
  });
  onTestFinished(() => client.destroy());
  return client;
}

/** A connected bot, all of whose servers are there. */
export async function startBot(
  sandbox: SandboxClient,
  options: Partial<ClientOptions> = {},
): Promise<Client<true>> {
  const client = makeBot(sandbox, options);
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(sandbox.config.botToken);
  return ready;
}
