/** How to point client libraries at this sandbox, each by its own options. */
import type { PlacedConfig } from '../config.ts';

type Guide = { library: string; note?: string; code: string };

/** A guide for each library that was tried, with this sandbox's own addresses and token in it. */
export function libraryGuides({ publicUrl, botToken }: PlacedConfig): Guide[] {
  const { hostname, port } = new URL(publicUrl);
  const gatewayUrl = `${publicUrl.replace(/^http/, 'ws')}/gateway`;
  const agent = `Object.assign(new Agent(), {
  createConnection: () => connect(${port || 80}, '${hostname}'),
})`;
  return [
    {
      library: 'discord.js',
      code: `const client = new Client({
  intents: [GatewayIntentBits.Guilds],
  rest: { api: '${publicUrl}/api', cdn: '${publicUrl}/cdn' },
});
await client.login('${botToken}');`,
    },
    {
      library: '@discordjs/core',
      code: `const rest = new REST({ api: '${publicUrl}/api' }).setToken('${botToken}');
const gateway = new WebSocketManager({ token: '${botToken}', intents: 1, rest });
const client = new Client({ rest, gateway });
await gateway.connect();`,
    },
    {
      library: 'oceanic.js',
      code: `const client = new Client({
  auth: 'Bot ${botToken}',
  rest: { baseURL: '${publicUrl}/api/v10' },
});
await client.connect();`,
    },
    {
      library: 'discordeno',
      code: `const bot = createBot({
  token: '${botToken}',
  rest: { proxy: { baseUrl: '${publicUrl}/api', authorization: 'Bot ${botToken}' } },
  desiredProperties,
});
await bot.start();`,
    },
    {
      library: 'eris',
      note: 'It calls REST by HTTPS only, so its agent takes the calls here.',
      code: `import { Agent } from 'node:https';
import { connect } from 'node:net';

const agent = ${agent};
const client = new Client('Bot ${botToken}', { intents: ['guilds'], rest: { agent } });
await client.connect();`,
    },
    {
      library: 'seyfert',
      note: 'On Node it calls port 443 of the gateway’s host by HTTPS, so Node’s own agent takes the calls here.',
      code: `import https, { Agent } from 'node:https';
import { connect } from 'node:net';

https.globalAgent = ${agent};
client.setServices({ rest: new ApiHandler({ token: '${botToken}', domain: '${publicUrl}' }) });
await client.start();`,
    },
    {
      library: 'discord.py',
      note: 'It has no options for this; these are where it keeps its addresses.',
      code: `discord.http.Route.BASE = "${publicUrl}/api/v10"
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL("${gatewayUrl}")
discord.asset.Asset.BASE = "${publicUrl}/cdn"
client.run("${botToken}")`,
    },
  ];
}
