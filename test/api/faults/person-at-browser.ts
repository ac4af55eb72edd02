/** Somebody who signs in, reads and signs out while things fall apart, and remembers what must be true. */
import type { GuildsAnswer, SessionAnswer } from '../../../shared/http.ts';
import type { Stack } from '../../harness/stack.ts';
import { type Answer, Visitor } from '../../harness/visitor.ts';

/** What everybody knows together. */
export type Shared = {
  stack: Stack;
  /** Discord forgot everybody when it was started again; sign-ins before are void. */
  discordStarts: number;
  /** When a person's authorization at Discord may last have been revoked: they signed out, or a login failed half-way. */
  revokedAt: Map<string, number>;
  /** The servers of each person, as Discord first said. The world stands still, so they never change. */
  guildsOf: Map<string, string>;
  /** What must not be and was. */
  violations: string[];
};

export class PersonAtBrowser {
  readonly person: string;
  visitor: Visitor;
  /** When this browser was last told that it is signed in. */
  #signedIn: { at: number; discordStarts: number } | undefined;
  /** Cookies of sessions that were ended: each must stay dead. */
  readonly ended: Visitor[] = [];
  readonly done = { signIns: 0, reads: 0, signOuts: 0, failures: 0, heldOn: 0 };
  readonly #shared: Shared;

  constructor(person: string, shared: Shared) {
    this.person = person;
    this.visitor = shared.stack.visitor();
    this.#shared = shared;
  }

  async signIn(): Promise<void> {
    const before = this.visitor.copy();
    const startedAt = Date.now();
    try {
      const answer = await this.#shared.stack.signIn(this.visitor, this.person);
      if (answer.status === 303 && !answer.location.includes('error=')) {
        this.#signedIn = { at: startedAt, discordStarts: this.#shared.discordStarts };
        if (before.cookies.has('guildhall')) this.ended.push(before);
        this.done.signIns += 1;
        return;
      }
    } catch {
      // The connection was cut: the answer, and with it the new cookie, never came.
      this.visitor = before;
    }
    this.done.failures += 1;
    // Whether the old session was replaced is not known, and tokens that were issued may have been revoked.
    this.#signedIn = undefined;
    this.#shared.revokedAt.set(this.person, Date.now());
  }

  async signOut(): Promise<void> {
    const before = this.visitor.copy();
    this.#shared.revokedAt.set(this.person, Date.now());
    const wasSignedIn = this.#signedIn;
    this.#signedIn = undefined;
    const answer = await this.#try(() => this.visitor.api('/api/logout', 'POST'));
    this.#shared.revokedAt.set(this.person, Date.now());
    if (answer?.status === 204) {
      this.done.signOuts += 1;
      if (wasSignedIn !== undefined) this.ended.push(before);
    }
  }

  async read(): Promise<void> {
    this.done.reads += 1;
    const session = await this.#try(() => this.visitor.api('/api/session'));
    if (session?.status === 200) {
      const { user } = session.data<SessionAnswer>();
      if (user !== null && user.id !== this.person) this.#violate(`is signed in as ${user.id}`);
    }
    const guilds = await this.#try(() => this.visitor.api('/api/guilds'));
    if (guilds?.status === 200) this.#checkGuilds(guilds);
    else if (guilds !== undefined && ![401, 429, 503].includes(guilds.status))
      this.#violate(`was answered ${guilds.status}: ${guilds.body}`);
  }

  /** All is well again: what must hold now, holds. */
  async check(): Promise<void> {
    for (const ended of this.ended) {
      const answer = await ended.api('/api/session');
      if (answer.status !== 200 || answer.data<SessionAnswer>().user !== null)
        this.#violate(`has a session that was ended and works: ${answer.body}`);
      if ((await ended.api('/api/guilds')).status !== 401)
        this.#violate('gets servers from an ended session');
    }
    await this.read();
    if (!this.#mustBeSignedIn()) return;
    this.done.heldOn += 1;
    const guilds = await this.visitor.api('/api/guilds');
    if (guilds.status !== 200)
      this.#violate(`lost tokens that Discord still honours (${guilds.status})`);
    else if (guilds.data<GuildsAnswer>().stale)
      this.#violate('has only stale servers although Discord answers');
  }

  #mustBeSignedIn(): boolean {
    const { discordStarts, revokedAt } = this.#shared;
    return (
      this.#signedIn !== undefined &&
      this.#signedIn.discordStarts === discordStarts &&
      this.#signedIn.at > (revokedAt.get(this.person) ?? 0)
    );
  }

  #checkGuilds(answer: Answer): void {
    const ids = answer
      .data<GuildsAnswer>()
      .guilds.map((guild) => guild.id)
      .toSorted()
      .join();
    const known = this.#shared.guildsOf.get(this.person);
    if (known === undefined) this.#shared.guildsOf.set(this.person, ids);
    else if (known !== ids) this.#violate(`sees servers that are not theirs: ${ids}`);
  }

  /** The BFF may be down at any moment; then there is no answer. */
  async #try(ask: () => Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await ask();
    } catch {
      this.done.failures += 1;
      return undefined;
    }
  }

  #violate(what: string): void {
    this.#shared.violations.push(`${this.person} ${what}`);
  }
}
