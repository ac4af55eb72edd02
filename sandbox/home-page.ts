/** What someone sees who opens the sandbox's address: what it is, and everything it answers. */
import type { Answer } from './http/answer.ts';
import { markup } from './http/markup.ts';
import { page } from './http/page.ts';
import { listControlRoutes } from './control/control.ts';
import { gatewayPath } from './gateway/gateway.ts';
import { listRestRoutes } from './rest/rest.ts';
import type { State } from './state.ts';

const oauthRoutes = [
  { method: 'GET', template: '/oauth2/authorize' },
  { method: 'POST', template: '/api/oauth2/token' },
  { method: 'POST', template: '/api/oauth2/token/revoke' },
  { method: 'GET', template: '/.well-known/oauth-authorization-server' },
];

const cdnRoutes = [
  'icons/:id/:hash',
  'avatars/:id/:hash',
  'app-icons/:id/:hash',
  'embed/avatars/:n',
];

export function homePage(state: State): Answer {
  const { config, world } = state;
  const invitation = `/oauth2/authorize?client_id=${config.clientId}&scope=bot%20applications.commands&permissions=3072`;
  return page(200, {
    title: 'What this is',
    wide: true,
    body: markup`<h1>A small Discord of your own</h1>
<p>It signs people in, gives a bot its servers, and forgets everything when it stops. Point a bot and a dashboard at it and break things freely.</p>
<p>The bot is in <strong>${world.guildsWithBot().length}</strong> of ${world.guilds.size} servers; ${state.gateway.connectedShards().length} of its shards are connected.</p>
<ul class="plain">
<li><a href="${invitation}">Add the bot to a server</a></li>
<li><a href="/sandbox/world">The world as JSON</a></li>
<li><a href="/sandbox/journal">What was asked of it so far</a></li>
</ul>
<h2>The control API</h2>
<p class="soft">JSON, and only for programs on this machine.</p>
${table(prefixed('/sandbox', listControlRoutes()))}
<h2>OAuth2</h2>
${table(oauthRoutes)}
<h2>REST</h2>
${table(prefixed('/api/v10', listRestRoutes()))}
<h2>Gateway and pictures</h2>
${table([
  { method: 'WebSocket', template: `${gatewayPath}?v=10&encoding=json` },
  ...cdnRoutes.map((path) => ({ method: 'GET', template: `/cdn/${path}.png?size=128` })),
])}`,
  });
}

type Row = { method: string; template: string };

function prefixed(prefix: string, rows: Row[]): Row[] {
  return rows.map(({ method, template }) => ({ method, template: `${prefix}${template}` }));
}

function table(rows: Row[]) {
  return markup`<div class="scroll"><table><thead><tr><th scope="col">Method</th><th scope="col">Path</th></tr></thead>
<tbody>${rows.map(({ method, template }) => markup`<tr><td>${method}</td><td><code>${template}</code></td></tr>`)}</tbody></table></div>`;
}
