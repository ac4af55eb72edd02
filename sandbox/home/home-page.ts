/** What someone sees who opens the sandbox's address: what it is, how to use it for one's own, and everything it answers. */
import type { PlacedConfig } from '../config.ts';
import { listControlRoutes } from '../control/control.ts';
import { listVariables } from '../env.ts';
import { gatewayPath } from '../gateway/gateway.ts';
import type { Answer } from '../http/answer.ts';
import { markup, type Markup } from '../http/markup.ts';
import { page } from '../http/page.ts';
import { listRestRoutes } from '../rest/rest.ts';
import type { State } from '../state.ts';
import { libraryGuides } from './libraries.ts';

const oauthRoutes = [
  { method: 'GET', template: '/oauth2/authorize' },
  { method: 'POST', template: '/api/oauth2/token' },
  { method: 'POST', template: '/api/oauth2/token/revoke' },
  { method: 'GET', template: '/.well-known/oauth-authorization-server' },
];

const cdnRoutes = [
  'icons/:id/:hash.png?size=128',
  'avatars/:id/:hash.png?size=128',
  'app-icons/:id/:hash.png?size=128',
  'embed/avatars/:n.png',
  'attachments/:channel_id/:attachment_id/:filename',
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
<h2>For your own bot</h2>
<p class="soft">None of this is a secret: it opens nothing but this sandbox, which listens to this machine only.</p>
${facts(config)}
<p>Commands and messages work too: <code>POST /sandbox/interactions</code> uses a command as a person would, <code>POST /sandbox/messages</code> writes one. Privileged intents are off as for a new application; <code>PATCH /sandbox/settings</code> grants them.</p>
${libraryGuides(config).map(
  ({ library, note, code }) => markup`<details><summary>${library}</summary>
${note === undefined ? null : markup`<p class="soft">${note}</p>`}<pre><code>${code}</code></pre></details>`,
)}
<h2>Its variables</h2>
<p class="soft">Read once, when it starts.</p>
${table(
  ['Variable', 'Without it', 'Meaning'],
  listVariables().map(({ name, unset, description }) => [code(name), unset, description]),
)}
<h2>The control API</h2>
<p class="soft">JSON, and only for programs on this machine.</p>
${routeTable(prefixed('/sandbox', listControlRoutes()))}
<h2>OAuth2</h2>
${routeTable(oauthRoutes)}
<h2>REST</h2>
<p class="soft">Also under <code>/api</code> and <code>/api/v9</code>.</p>
${routeTable(prefixed('/api/v10', listRestRoutes()))}
<h2>Gateway and CDN</h2>
<p class="soft">JSON, as it is or compressed: <code>compress=zlib-stream</code>, <code>compress=zstd-stream</code>, or <code>compress: true</code> in IDENTIFY. ETF is not spoken here.</p>
${routeTable([
  { method: 'WebSocket', template: `${gatewayPath}/?v=10&encoding=json` },
  ...prefixed(
    '/cdn/',
    cdnRoutes.map((template) => ({ method: 'GET', template })),
  ),
])}`,
  });
}

/** All that an application is configured with at Discord. */
function facts({ publicUrl, clientId, clientSecret, botToken, redirectUris }: PlacedConfig) {
  return table(
    ['What', 'Here'],
    [
      ['Bot token', code(botToken)],
      ['Client id', code(clientId)],
      ['Client secret', code(clientSecret)],
      ['Redirect URIs', markup`${redirectUris.map((uri) => markup`<div>${code(uri)}</div>`)}`],
      ['REST', markup`${code(`${publicUrl}/api`)}, with the version behind it: ${code('/v10')}`],
      ['Gateway', code(`${publicUrl.replace(/^http/, 'ws')}${gatewayPath}`)],
      ['Authorize page', code(`${publicUrl}/oauth2/authorize`)],
      ['Tokens', code(`${publicUrl}/api/oauth2/token`)],
      ['CDN', code(`${publicUrl}/cdn`)],
    ],
  );
}

function code(text: string): Markup {
  return markup`<code>${text}</code>`;
}

type Route = { method: string; template: string };

function prefixed(prefix: string, routes: Route[]): Route[] {
  return routes.map(({ method, template }) => ({ method, template: `${prefix}${template}` }));
}

function routeTable(routes: Route[]): Markup {
  return table(
    ['Method', 'Path'],
    routes.map(({ method, template }) => [method, code(template)]),
  );
}

function table(head: string[], rows: (string | Markup)[][]): Markup {
  return markup`<div class="scroll"><table><thead><tr>${head.map((text) => markup`<th scope="col">${text}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => markup`<tr>${cells.map((cell) => markup`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`;
}
