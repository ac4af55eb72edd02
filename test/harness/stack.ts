/** A Discord and a BFF that know each other, and people who sign in. */
import { onTestFinished } from 'vitest';
import type { Limits } from '../../bff/server.ts';
import { startBff, type TestBff } from './bff.ts';
import { people, startDiscord, type TestDiscord } from './discord.ts';
import { freePort } from './ports.ts';
import { type Answer, Visitor } from './visitor.ts';

export class Stack {
  readonly discord: TestDiscord;
  bff: TestBff;

  constructor(discord: TestDiscord, bff: TestBff) {
    this.discord = discord;
    this.bff = bff;
  }

  visitor(): Visitor {
    return new Visitor(this.bff.url);
  }

  /** The first half of a login: gives the address of Discord's answer, not yet opened. */
  async callbackOf(
    visitor: Visitor,
    personId: string = people.member.id,
    path = '/discord/login',
  ): Promise<string> {
    const started = await visitor.get(path);
    return await this.discord.consent(started.location, personId);
  }

  /** A whole login. Gives the answer to the callback. */
  async signIn(visitor: Visitor, personId: string = people.member.id): Promise<Answer> {
    return await visitor.get(await this.callbackOf(visitor, personId));
  }

  /** A visitor who is signed in. */
  async signedIn(personId: string = people.member.id): Promise<Visitor> {
    const visitor = this.visitor();
    const answer = await this.signIn(visitor, personId);
    if (answer.location.includes('error=')) throw new Error(`the login failed: ${answer.location}`);
    return visitor;
  }

  /** Who the API says a visitor is; null for nobody. */
  async whoIs(visitor: Visitor): Promise<{ id: string; username: string } | null> {
    const answer = await visitor.api('/api/session');
    return answer.data<{ user: { id: string; username: string } | null }>().user;
  }

  /** Nobody is signed in: neither says the session so, nor are there servers. */
  async isAnonymous(visitor: Visitor): Promise<boolean> {
    const guilds = await visitor.api('/api/guilds');
    return (await this.whoIs(visitor)) === null && guilds.status === 401;
  }
}

/** Starts both for the running test, and ends them with it. */
export async function startStack(
  environment: Record<string, string> = {},
  options: { limits?: Partial<Limits>; directory?: string; port?: number } = {},
): Promise<Stack> {
  const port = options.port ?? (await freePort());
  const publicUrl = environment.PUBLIC_URL ?? `http://localhost:${port}`;
  const discord = await startDiscord(publicUrl);
  const bff = await startBff({ ...discord.environment, ...environment }, { ...options, port });
  onTestFinished(async () => {
    await bff.close();
    await discord.close();
  });
  return new Stack(discord, bff);
}
