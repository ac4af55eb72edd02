/** Asks Discord whether it knows us: reachable, clock, client id and secret, bot token, one application, redirect URI. */
import * as z from 'zod';
import type { Config } from '../env.ts';
import { createOutbound, type Outbound, OutboundError } from '../outbound.ts';
import type { Environment } from './env.ts';
import { bad, doubtful, type Finding, good } from './finding.ts';
import { checkRedirectUri } from './redirect-uri.ts';

/** Tokens and codes live minutes; a clock further off than this makes them look old or young. */
const maxClockSkewMs = 30_000;

const application = z.object({
  id: z.string(),
  name: z.string(),
  redirect_uris: z.array(z.string()).optional(),
});

const portal = 'Discord developer portal → your application';

/** One answer of Discord's may take this long, whatever the BFF allows it: somebody sits and waits. */
const longestTimeoutMs = 5_000;

/**
 * Everything that only Discord can say, as far as the variables it takes can be read. Stops at the first answer when
 * Discord can't be reached at all.
 */
export async function checkDiscord({
  config,
  unreadable,
  botToken,
}: Pick<Environment, 'config' | 'unreadable' | 'botToken'>): Promise<Finding[]> {
  if (unreadable.has('DISCORD_API_URL')) return [];
  const outbound = createOutbound({
    timeoutMs: Math.min(config.outboundTimeoutMs, longestTimeoutMs),
  });
  const reached = await reach(config, outbound);
  if (reached.date === undefined) return [reached.finding];
  const hasClient =
    !unreadable.has('DISCORD_CLIENT_ID') && !unreadable.has('DISCORD_CLIENT_SECRET');
  const hasToken = botToken !== undefined && !unreadable.has('DISCORD_BOT_TOKEN');
  const [client, bot] = await Promise.all([
    hasClient ? [await checkClient(config, outbound)] : [],
    hasToken ? checkBot(config, unreadable, outbound, botToken) : [],
  ]);
  return [reached.finding, checkClock(reached.date), ...client, ...bot];
}

async function reach(
  config: Config,
  outbound: Outbound,
): Promise<{ finding: Finding; date?: string }> {
  const checked = 'Discord can be reached';
  try {
    const response = await outbound(`${config.apiUrl}/v10/gateway`, { method: 'GET' });
    if (response.status !== 200)
      return {
        finding: bad(
          checked,
          `${config.apiUrl} answered ${response.status}`,
          'Look at https://discordstatus.com, and at DISCORD_API_URL if you set it.',
        ),
      };
    return { finding: good(checked, config.apiUrl), date: response.headers.get('date') ?? '' };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return {
      finding: bad(
        checked,
        error.message,
        config.apiUrl.startsWith('http:')
          ? 'DISCORD_API_URL is on this machine: start the sandbox with npm start, or set the credentials to go live.'
          : 'Look at this machine’s network and firewall, and at DISCORD_API_URL if you set it.',
      ),
    };
  }
}

function checkClock(date: string): Finding {
  const checked = 'Clock agrees with Discord’s';
  const theirs = Date.parse(date);
  if (Number.isNaN(theirs))
    return doubtful(
      checked,
      'Discord sent no time',
      'Make sure this machine sets its clock by NTP.',
    );
  const skewMs = Date.now() - theirs;
  const found = `${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs > 0 ? 'ahead' : 'behind'}`;
  if (Math.abs(skewMs) > maxClockSkewMs)
    return bad(checked, found, 'Set the clock, for example with: timedatectl set-ntp true');
  return good(checked, found);
}

async function checkClient(config: Config, outbound: Outbound): Promise<Finding> {
  const checked = 'Client id and secret are accepted';
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    scope: 'identify',
    client_id: config.clientId,
    client_secret: config.clientSecret,
  }).toString();
  const response = await ask(outbound, `${config.apiUrl}/oauth2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
  });
  if (response?.status === 200) return good(checked, `client ${config.clientId}`);
  const mend = `${portal} → OAuth2: copy Client ID to DISCORD_CLIENT_ID, press Reset Secret and copy it to DISCORD_CLIENT_SECRET.`;
  if (response === undefined)
    return doubtful(checked, 'Discord did not answer', 'Run the doctor again in a moment.');
  if (response.status === 429)
    return doubtful(checked, 'Discord asks us to wait', 'Run the doctor again in a minute.');
  if (response.status >= 500)
    return doubtful(
      checked,
      `Discord answered ${response.status}`,
      'Run the doctor again in a moment.',
    );
  const error = z
    .object({ error: z.string() })
    .safeParse(await response.json().catch(() => undefined)).data?.error;
  return bad(checked, `Discord refused them (${error ?? response.status})`, mend);
}

async function checkBot(
  config: Config,
  unreadable: ReadonlySet<string>,
  outbound: Outbound,
  botToken: string,
): Promise<Finding[]> {
  const checked = 'Bot token is accepted';
  const mend = `${portal} → Bot: press Reset Token and copy it to DISCORD_BOT_TOKEN.`;
  const response = await ask(outbound, `${config.apiUrl}/v10/applications/@me`, {
    method: 'GET',
    headers: { authorization: `Bot ${botToken}` },
  });
  if (response === undefined)
    return [doubtful(checked, 'Discord did not answer', 'Run the doctor again in a moment.')];
  if (response.status === 401) return [bad(checked, 'Discord refused it', mend)];
  const body = application.safeParse(await response.json().catch(() => undefined));
  if (response.status !== 200 || !body.success)
    return [
      doubtful(checked, `Discord answered ${response.status}`, 'Run the doctor again in a moment.'),
    ];
  const { id, name, redirect_uris: registered } = body.data;
  const findings = [good(checked, `application “${name}”`)];
  if (!unreadable.has('DISCORD_CLIENT_ID'))
    findings.push(
      id === config.clientId
        ? good('Bot and client belong to one application', id)
        : bad(
            'Bot and client belong to one application',
            `the bot’s is ${id}, the client’s ${config.clientId}`,
            `${portal}: take all three credentials from the same application.`,
          ),
    );
  if (!unreadable.has('PUBLIC_URL') && !unreadable.has('PORT'))
    findings.push(checkRedirectUri(config.redirectUri, registered));
  return findings;
}

async function ask(
  outbound: Outbound,
  ...request: Parameters<Outbound>
): Promise<Response | undefined> {
  try {
    return await outbound(...request);
  } catch (error) {
    if (error instanceof OutboundError) return undefined;
    throw error;
  }
}
