/** Drives a sandbox as a person with a browser, a program with a token and a test with the control API would. */
import { onTestFinished } from 'vitest';
import type { Config } from '../../../sandbox/config.ts';
import { startSandbox } from '../../../sandbox/server.ts';
import { samplePeople } from '../../../sandbox/world/people.ts';

export { samplePeople as people };

export const redirectUri = 'http://localhost:8001/discord/callback';

type Json = Record<string, any>; // eslint-disable-line typescript/no-explicit-any -- bodies are judged by the tests

/** A sandbox on a free port that lives as long as the test. */
export async function openSandbox(options: Partial<Config> = {}) {
  const sandbox = await startSandbox({ port: 0, ...options });
  onTestFinished(() => sandbox.close());
  return new SandboxClient(sandbox.url, sandbox.config);
}

export class SandboxClient {
  readonly url: string;
  readonly config: Config;

  constructor(url: string, config: Config) {
    this.url = url;
    this.config = config;
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(new URL(path, this.url), { redirect: 'manual', ...init });
  }

  /** Calls REST as the bot, or with another Authorization header; null sends none. */
  async rest(
    method: string,
    path: string,
    body?: unknown,
    authorization: string | null = `Bot ${this.config.botToken}`,
  ): Promise<{ status: number; headers: Headers; body: Json }> {
    const response = await this.fetch(`/api/v10${path}`, {
      method,
      headers: {
        ...(authorization === null ? {} : { authorization }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: await readJson(response) };
  }

  /** Calls the control API and gives its answer's body. Throws when it refuses. */
  async control(method: string, path: string, body?: unknown): Promise<Json> {
    const response = await this.fetch(`/sandbox${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const answer = await readJson(response);
    if (!response.ok) throw new Error(`${method} /sandbox${path}: ${JSON.stringify(answer)}`);
    return answer;
  }

  /** The address of the authorize page for a login, with parameters added, changed or (null) left out. */
  authorizeUrl(changes: Record<string, string | null> = {}): string {
    const parameters = {
      client_id: this.config.clientId,
      response_type: 'code',
      redirect_uri: redirectUri,
      scope: 'identify guilds',
      state: 'the-state',
      ...changes,
    };
    const url = new URL('/oauth2/authorize', this.url);
    for (const [name, value] of Object.entries(parameters))
      if (value !== null) url.searchParams.set(name, value);
    return url.href;
  }

  /** Opens the authorize page and sends its form. The answer is a redirect, or a page. */
  async consent(
    address: string,
    fields: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const page = await this.fetch(address, { headers });
    const nonce = /name="nonce" value="([^"]+)"/.exec(await page.text())?.[1] ?? '';
    return this.fetch(address, {
      method: 'POST',
      body: new URLSearchParams({
        nonce,
        person: samplePeople.owner.id,
        decision: 'authorize',
        ...fields,
      }),
    });
  }

  /** Consents and gives the parameters the redirect carries. */
  async redirectParameters(
    changes: Record<string, string | null> = {},
    fields: Record<string, string> = {},
  ): Promise<URLSearchParams> {
    const answer = await this.consent(this.authorizeUrl(changes), fields);
    return new URL(answer.headers.get('location') ?? '').searchParams;
  }

  /** Posts a form to the token endpoint with the client's credentials in it. */
  async token(fields: Record<string, string>): Promise<{ status: number; body: Json }> {
    const response = await this.fetch('/api/oauth2/token', {
      method: 'POST',
      body: new URLSearchParams({
        client_id: this.config.clientId,
        client_secret: this.config.clientSecret,
        ...fields,
      }),
    });
    return { status: response.status, body: await readJson(response) };
  }

  /** Signs a person in and gives the token answer. */
  async login(person = samplePeople.owner, scope = 'identify guilds'): Promise<Json> {
    const back = await this.redirectParameters({ scope }, { person: person.id });
    const code = back.get('code') ?? '';
    const { body } = await this.token({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
    });
    return body;
  }

  /** The first servers the bot is in. */
  async guildsWithBot(): Promise<Json[]> {
    return (await this.control('GET', '/world?bot=true')).guilds as Json[];
  }
}

async function readJson(response: Response): Promise<Json> {
  const text = await response.text();
  return text === '' ? {} : (JSON.parse(text) as Json);
}
