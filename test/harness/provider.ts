/**
 * A Discord that can do what the sandbox's faults can't: drip, never end, redirect, lie about lengths. It knows nothing
 * of grants; a test says what each address answers, and reads what was sent, secrets and all.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type Answer, Visitor } from './visitor.ts';

export type ProviderRequest = {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  form: Record<string, string>;
};

type Handler = (
  response: ServerResponse,
  request: ProviderRequest,
  message: IncomingMessage,
) => void;

export type Provider = Awaited<ReturnType<typeof startProvider>>;

/** Answers with JSON. */
export const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Handler =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

/** Where the BFF asks, below `DISCORD_API_URL`. */
export const providerPaths = {
  token: '/api/oauth2/token',
  revoke: '/api/oauth2/token/revoke',
  me: '/api/v10/users/@me',
  guilds: '/api/v10/users/@me/guilds',
};

/** Starts one for the running test. What `answers` does not name works as it should. */
export async function startProvider(answers: Record<string, Handler> = {}) {
  const asked: ProviderRequest[] = [];
  let issued = 0;
  const current: Record<string, Handler> = {
    [providerPaths.token]: (response, ...rest) =>
      json({
        token_type: 'Bearer',
        access_token: `access-token-${(issued += 1)}`,
        refresh_token: `refresh-token-${issued}`,
        expires_in: 604_800,
        scope: 'identify guilds',
      })(response, ...rest),
    [providerPaths.revoke]: json({}),
    [providerPaths.me]: json({
      id: '200000000000000001',
      username: 'ingrid',
      global_name: 'Ingrid',
    }),
    [providerPaths.guilds]: json([]),
    ...answers,
  };
  const server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', () => undefined); // hung up on, which is the point of several tests
    message.once('end', () => {
      const path = (message.url ?? '').split('?')[0] ?? '';
      const request = {
        method: message.method ?? '',
        path,
        headers: message.headers,
        form: Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString())),
      };
      asked.push(request);
      (current[path] ?? json({ message: '404: Not Found', code: 0 }, 404))(
        response,
        request,
        message,
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url,
    environment: {
      DISCORD_AUTHORIZE_URL: `${url}/oauth2/authorize`,
      DISCORD_API_URL: `${url}/api`,
      DISCORD_CDN_URL: `${url}/cdn`,
    },
    /** Every request so far. */
    asked,
    to: (path: string) => asked.filter((request) => request.path === path),
    /** Changes what an address answers from now on. */
    answer(path: string, handler: Handler): void {
      current[path] = handler;
    },
  };
}

/** A login through a BFF at a provider, which gives out any code: the browser and the answer to its callback. */
export async function loginAt(
  bffUrl: string,
  visitor = new Visitor(bffUrl),
): Promise<{ visitor: Visitor; answer: Answer }> {
  const started = await visitor.get('/discord/login');
  const state = new URL(started.location).searchParams.get('state');
  return { visitor, answer: await visitor.get(`/discord/callback?code=a-code&state=${state}`) };
}
