/** One answer of each kind, for what must hold for all of them. */
import { rawRequest } from '../../harness/raw-request.ts';
import { type Stack, startStack } from '../../harness/stack.ts';
import type { Answer, Visitor } from '../../harness/visitor.ts';

type Answers = Record<string, Pick<Answer, 'headers' | 'status'>>;

/** The headers of an answer as it came over the wire. */
export function headersOf(text: string): Record<string, string> {
  const [head = ''] = text.split('\r\n\r\n');
  return Object.fromEntries(
    head
      .split('\r\n')
      .slice(1)
      .map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
  );
}

/** The answer to a request that no HTTP client would send. */
async function answerTo(stack: Stack, head: string): Promise<Answers[string]> {
  const text = await rawRequest(stack.bff.url, `${head}\r\nconnection: close\r\n\r\n`);
  return { status: Number(text.slice(9, 12)), headers: headersOf(text) };
}

/** The answers of a BFF on this PUBLIC_URL that is asked too much. */
async function answersToTooMuch(publicUrl: string): Promise<Answers> {
  const stack = await startStack(
    { PUBLIC_URL: publicUrl },
    {
      limits: { loginsPerMinute: 0, requestsPerMinute: 2, streams: { perNetwork: 0, inAll: 0 } },
    },
  );
  const visitor = stack.visitor();
  return {
    'login begun too often': await visitor.get('/discord/login'),
    '429 of events': await visitor.get('/api/events'),
    '429': await visitor.api('/api/session'),
    '429 of a page': await visitor.get('/discord/dashboard'),
    '429 of an asset': await visitor.get('/assets/x.js'),
    '429 of readiness': await visitor.get('/readyz'),
    '429 of the login': await visitor.get('/discord/login'),
  };
}

/** Whoever comes by another name of this machine is sent to PUBLIC_URL. None is, where that is elsewhere. */
async function answersByOtherName(stack: Stack): Promise<Answers> {
  const { publicUrl } = stack.bff.config;
  if (publicUrl.startsWith('https:')) return {};
  const host = new URL(publicUrl).host.replace('localhost', '127.0.0.1');
  return {
    'page by another name': await stack.visitor().get('/discord/dashboard', { host }),
    'login by another name': await stack.visitor().get('/discord/login', { host }),
  };
}

/** One answer of each kind. The visitor is signed out by the last. */
export async function everyKindOfAnswer(stack: Stack, visitor: Visitor): Promise<Answers> {
  const html = (await visitor.get('/discord/dashboard')).body;
  const asset = /\/assets\/[^"]+\.js/.exec(html)?.[0];
  if (asset === undefined) throw new Error('the pages are not built; run: npm run build');
  const url = new URL(stack.bff.config.publicUrl);
  const cookie = `${url.protocol === 'https:' ? '__Host-' : ''}guildhall`;
  const doubled = { 'x-csrf': '1', cookie: `${cookie}=x; ${cookie}=y` };
  const events = await fetch(`${stack.bff.url}/api/events`);
  await events.body?.cancel();
  return {
    ...(await answersToTooMuch(stack.bff.config.publicUrl)),
    ...(await answersByOtherName(stack)),
    page: await visitor.get('/discord/dashboard'),
    'page that is none': await visitor.get('/no/such/page.php'),
    asset: await visitor.get(asset),
    'asset, compressed': await visitor.get(asset, { 'accept-encoding': 'gzip' }),
    'asset, unchanged': await visitor.get(asset, {
      'if-none-match': String((await visitor.get(asset)).headers.etag),
    }),
    'asset that is none': await visitor.get('/assets/no-such.js'),
    favicon: await visitor.get('/favicon.svg'),
    'redirect to the dashboard': await visitor.get('/'),
    'redirect to Discord': await visitor.get('/discord/login'),
    'callback that failed': await visitor.get('/discord/callback?code=x'),
    session: await visitor.api('/api/session'),
    servers: await visitor.api('/api/guilds'),
    sessions: await visitor.api('/api/sessions'),
    'authorize-url': await visitor.api('/api/authorize-url'),
    'count (503)': await visitor.get('/api/guild-count'),
    'count with a query (503)': await visitor.get('/api/guild-count?x=1'),
    'bot (503)': await visitor.get('/api/bot'),
    events: { status: events.status, headers: Object.fromEntries(events.headers) },
    health: await visitor.get('/healthz'),
    readiness: await visitor.get('/readyz'),
    '401': await stack.visitor().api('/api/guilds'),
    '403': await visitor.get('/api/guilds', { cookie: `${cookie}=x` }),
    '404': await visitor.api('/api/no-such-thing'),
    '404 of another case': await visitor.api('/API/no-such-thing'),
    '405': await visitor.api('/api/session', 'PUT'),
    '405 of a page': await visitor.send('POST', '/discord/dashboard'),
    '405 of the login': await visitor.send('HEAD', '/discord/login'),
    '413': await visitor.send(
      'POST',
      '/api/logout',
      { 'x-csrf': '1', 'content-length': '2000000' },
      '',
    ),
    '501': await visitor.api('/api/session', 'PROPFIND'),
    '403 of a login begun by an image': await visitor.get('/discord/login', {
      'sec-fetch-dest': 'image',
      'sec-fetch-mode': 'no-cors',
    }),
    '403 of a login begun as JSON elsewhere': await visitor.get('/api/authorize-url', {
      'sec-fetch-site': 'cross-site',
    }),
    '403 of events': await visitor.get('/api/events', {
      cookie: `${cookie}=x`,
      'sec-fetch-site': 'cross-site',
    }),
    '400 of a doubled cookie': await visitor.get('/api/session', doubled),
    '400 of a sign-out with a doubled cookie': await visitor.send('POST', '/api/logout', doubled),
    '400 of a callback with a doubled cookie': await visitor.get('/discord/callback?code=x', {
      cookie: `${cookie}-login=x; ${cookie}-login=y`,
    }),
    '400 of two Hosts': await answerTo(stack, 'GET /api/session HTTP/1.1\r\nhost: a\r\nhost: b'),
    '400 of no Host': await answerTo(stack, 'GET /api/session HTTP/1.1'),
    '400 of an address that is none': await answerTo(stack, 'GET http://[/ HTTP/1.1\r\nhost: x'),
    HEAD: await visitor.api('/api/session', 'HEAD'),
    OPTIONS: await visitor.api('/api/guilds', 'OPTIONS'),
    '204': await visitor.api('/api/logout', 'POST'),
  };
}
