/** Discord for a test: a sandbox of its own, the switches on it, and a person at its consent page. */
import { startSandbox, type Sandbox } from '../../sandbox/server.ts';
import { samplePeople } from '../../sandbox/world/people.ts';
import { controlSandbox } from './sandbox-control.ts';
import { Visitor } from './visitor.ts';

export { samplePeople as people };

export type JournalEntry = {
  method: string;
  path: string;
  status: number | null;
  body: Record<string, string> | null;
  query: Record<string, string>;
  header_names: string[];
  authorization_scheme: string | null;
  user_agent: string | null;
};

/** What befalls the requests to a path. */
export type Fault = {
  method?: string;
  path: string;
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  delay_ms?: number;
  reset?: boolean;
  times?: number;
};

/** Where the BFF asks for things, as the sandbox's journal and faults name them. */
export const discordPaths = {
  token: '/api/oauth2/token',
  revoke: '/api/oauth2/token/revoke',
  me: '/api/v10/users/@me',
  guilds: '/api/v10/users/@me/guilds',
};

export class TestDiscord {
  readonly sandbox: Sandbox;

  constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
  }

  /** What a BFF or a bot needs in its environment to talk to this Discord. */
  get environment(): Record<string, string> {
    const { url, config } = this.sandbox;
    return {
      DISCORD_CLIENT_ID: config.clientId,
      DISCORD_CLIENT_SECRET: config.clientSecret,
      DISCORD_BOT_TOKEN: config.botToken,
      DISCORD_AUTHORIZE_URL: `${url}/oauth2/authorize`,
      DISCORD_API_URL: `${url}/api`,
      DISCORD_CDN_URL: `${url}/cdn`,
    };
  }

  async control<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    return await controlSandbox<T>(this.sandbox.url, method, path, body);
  }

  async fault(fault: Fault): Promise<void> {
    await this.control('POST', '/faults', fault);
  }

  async clearFaults(): Promise<void> {
    await this.control('DELETE', '/faults');
  }

  async settings(patch: Record<string, unknown>): Promise<void> {
    await this.control('PATCH', '/settings', patch);
  }

  /** The requests to a path, the oldest first. */
  async asked(path: string): Promise<JournalEntry[]> {
    const { entries } = await this.control<{ entries: JournalEntry[] }>('GET', '/journal');
    return entries.filter((entry) => entry.path === path);
  }

  async clearJournal(): Promise<void> {
    await this.control('DELETE', '/journal');
  }

  /** What a person does at the consent page. Gives the address they are sent back to. */
  async consent(
    authorizationUrl: string,
    personId: string = samplePeople.member.id,
    decision: 'authorize' | 'cancel' = 'authorize',
  ): Promise<string> {
    const person = new Visitor(this.sandbox.url);
    const page = await person.get(authorizationUrl);
    const nonce = /name="nonce" value="([^"]+)"/.exec(page.body)?.[1];
    if (nonce === undefined)
      throw new Error(`no consent page: ${page.status} ${page.body.slice(0, 500)}`);
    const answer = await person.send(
      'POST',
      authorizationUrl,
      { 'content-type': 'application/x-www-form-urlencoded', origin: this.sandbox.url },
      new URLSearchParams({ nonce, person: personId, decision }).toString(),
    );
    if (answer.location === '')
      throw new Error(`no redirect: ${answer.status} ${answer.body.slice(0, 500)}`);
    return answer.location;
  }

  async close(): Promise<void> {
    await this.sandbox.close();
  }
}

/** Starts a Discord on a free port, which knows the redirect URI of a BFF at `bffUrl`. */
export async function startDiscord(bffUrl: string, guilds = 3): Promise<TestDiscord> {
  return new TestDiscord(
    await startSandbox({ port: 0, redirectUris: [`${bffUrl}/discord/callback`], guilds }),
  );
}
