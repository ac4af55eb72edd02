/** Somebody who signs in, reads and signs out while things fall apart, and remembers what must be true. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { GuildsAnswer, SessionAnswer } from '../../../shared/http.ts';
import { TestDiscord } from '../../harness/discord.ts';
import { type Answer, Visitor } from '../../harness/visitor.ts';
import type { Action } from './schedule.ts';

/** What everybody knows together. */
export type Shared = {
  discord: TestDiscord;
  /** The servers of each person, as Discord first said. The world stands still, so they never change. */
  guildsOf: Map<string, string>;
  /** What must not be and was. */
  violations: string[];
  /** Whether a process that answers people was killed in this round: then, and only then, connections may break. */
  mayBreak: boolean;
};

/** More trips to Discord in one login are a loop. */
const maxTrips = 2;

export class PersonAtBrowser {
  readonly person: string;
  readonly name: string;
  readonly done = { signIns: 0, reads: 0, signOuts: 0, failures: 0, broken: 0, reconnects: 0 };
  /** What it was last told: `in`, `out`, or nothing that is certain because an answer never came. */
  state: 'in' | 'out' | 'unknown' = 'out';
  readonly #shared: Shared;
  #cookies = new Map<string, string>();
  /** Where Discord sent a login back to that was begun and not finished. */
  #callback: string | undefined;
  /** Session cookies that were ended, and said to be: each must stay dead. */
  readonly #ended = new Set<string>();

  constructor(person: string, name: string, shared: Shared) {
    this.person = person;
    this.name = name;
    this.#shared = shared;
  }

  /** `restMs`: how long to wait before reading, where that comes after something else. */
  async act(action: Action, url: string, restMs = 0): Promise<void> {
    const visitor = this.#at(url);
    try {
      if (action === 'read') await this.#read(visitor);
      else if (action === 'sign out') await this.#signOut(visitor);
      else if (action === 'begin') await this.#begin(visitor);
      else if (action === 'finish') await this.#finish(visitor);
      else if (action === 'out and in') await this.#signOutAndIn(visitor, restMs);
      else if (await this.#begin(visitor)) await this.#finish(visitor);
    } catch (error) {
      this.done.broken += 1;
      if (!this.#shared.mayBreak) this.#violate(`was cut off at "${action}": ${String(error)}`);
    }
  }

  /** Discord has forgotten everybody: what it refuses now, it means. */
  forgetDiscord(): void {
    this.#callback = undefined;
    if (this.state === 'in') this.state = 'unknown';
  }

  /** All processes are up: whoever was told to be in is in, whoever was told to be out is out. */
  async checkSession(url: string): Promise<void> {
    if (this.state === 'in') {
      const { user } = await this.#session(this.#at(url));
      if (user === null) this.#violate('was signed out');
    }
    const [latest] = [...this.#ended].slice(-1);
    if (latest !== undefined) await this.#checkEnded(url, latest);
  }

  /** All is well again: lists come, at worst after Discord was asked for anew; nothing that was ended works. */
  async checkAll(url: string): Promise<void> {
    for (const cookie of this.#ended) await this.#checkEnded(url, cookie);
    await this.checkSession(url);
    const visitor = this.#at(url);
    if (this.state === 'in') {
      const list = await visitor.api('/api/guilds');
      if (list.status === 403 && list.errorCode() === 'discord_not_connected')
        this.done.reconnects += 1;
      else if (list.status === 200) return this.#checkGuilds(list);
      else return this.#violate(`has no list, and no word why: ${list.status} ${list.body}`);
    }
    if (!(await this.#begin(visitor)) || !(await this.#finish(visitor)))
      return this.#violate('cannot sign in though all is well');
    const list = await visitor.api('/api/guilds');
    if (list.status !== 200 || list.data<GuildsAnswer>().stale)
      return this.#violate(`has signed in, and no list: ${list.status} ${list.body}`);
    this.#checkGuilds(list);
  }

  async #begin(visitor: Visitor): Promise<boolean> {
    const started = await visitor.get('/discord/login');
    this.#cookies = visitor.cookies;
    if (!started.location.includes('/oauth2/authorize')) return this.#failed(started);
    this.#callback = await this.#consent(started.location);
    return this.#callback !== undefined;
  }

  async #finish(visitor: Visitor): Promise<boolean> {
    if (this.#callback === undefined) return false;
    const before = this.#cookies.get('guildhall');
    const wasIn = this.state === 'in';
    let callback: string | undefined = this.#callback;
    this.#callback = undefined;
    // Until the answer comes nobody knows whether the session of before was replaced.
    this.state = 'unknown';
    for (let trips = 0; callback !== undefined; trips += 1) {
      if (trips > maxTrips) this.#violate('is sent to Discord again and again');
      const { pathname, search }: URL = new URL(callback);
      const answer = await visitor.get(pathname + search);
      this.#cookies = new Map(visitor.cookies);
      if (!answer.location.includes('/oauth2/authorize')) {
        if (!answer.location.includes('error=')) {
          this.state = 'in';
          if (before !== undefined && wasIn) this.#ended.add(before);
          this.done.signIns += 1;
          return true;
        }
        // Told that it failed, the session of before goes on.
        if (wasIn) this.state = 'in';
        return this.#failed(answer);
      }
      if (wasIn) this.state = 'in';
      callback = await this.#consent(answer.location);
    }
    return false;
  }

  async #consent(authorizationUrl: string): Promise<string | undefined> {
    try {
      return await this.#shared.discord.consent(authorizationUrl, this.person);
    } catch {
      return undefined; // Discord itself is down
    }
  }

  async #signOut(visitor: Visitor): Promise<void> {
    const cookie = this.#cookies.get('guildhall');
    const before = this.state;
    this.state = 'unknown';
    const answer = await visitor.api('/api/logout', 'POST');
    if (answer.status !== 204) {
      this.state = before;
      this.#expectCoded(answer);
      return;
    }
    this.#cookies = visitor.cookies;
    this.state = 'out';
    if (cookie !== undefined) this.#ended.add(cookie);
    this.done.signOuts += 1;
  }

  async #signOutAndIn(visitor: Visitor, restMs: number): Promise<void> {
    await this.#signOut(visitor);
    if (!(await this.#begin(visitor)) || !(await this.#finish(visitor))) return;
    await sleep(restMs);
    await this.#read(visitor);
  }

  async #read(visitor: Visitor): Promise<void> {
    this.done.reads += 1;
    const { user } = await this.#session(visitor);
    if (user === null && this.state === 'in') this.#violate('reads, and was signed out');
    const list = await visitor.api('/api/guilds');
    if (list.status === 200) this.#checkGuilds(list);
    else if (list.status === 401) {
      if (this.state === 'in') this.#violate('asks for servers, and was signed out');
    } else if (list.status !== 403 || list.errorCode() !== 'discord_not_connected')
      this.#expectCoded(list);
  }

  async #session(visitor: Visitor): Promise<SessionAnswer> {
    const answer = await visitor.api('/api/session');
    if (answer.status !== 200) {
      this.#violate(`cannot read who is signed in: ${answer.status} ${answer.body}`);
      return { user: null };
    }
    const session = answer.data<SessionAnswer>();
    if (session.user !== null && session.user.id !== this.person)
      this.#violate(`is signed in as ${session.user.id}`);
    return session;
  }

  async #checkEnded(url: string, cookie: string): Promise<void> {
    const visitor = new Visitor(url);
    visitor.cookies.set('guildhall', cookie);
    const { user } = await this.#session(visitor);
    if (user !== null) this.#violate('has a session that was ended and works');
    if ((await visitor.api('/api/guilds')).status !== 401)
      this.#violate('gets servers from an ended session');
  }

  #checkGuilds(answer: Answer): void {
    const { guilds } = answer.data<GuildsAnswer>();
    const ids = guilds
      .map((guild) => guild.id)
      .toSorted()
      .join();
    const known = this.#shared.guildsOf.get(this.person);
    if (known === undefined) this.#shared.guildsOf.set(this.person, ids);
    else if (known !== ids) this.#violate(`sees servers that are not theirs: ${ids}`);
  }

  /** A login that failed says so with a code that fits what can go wrong here. */
  #failed(answer: Answer): false {
    this.done.failures += 1;
    const code = new URL(answer.location || 'nowhere:').searchParams.get('error') ?? answer.body;
    if (!['discord_unavailable', 'storage_unavailable', 'login_failed'].includes(code))
      this.#violate(`cannot log in: ${answer.status} ${code}`);
    return false;
  }

  #expectCoded(answer: Answer): void {
    this.done.failures += 1;
    const isCoded =
      answer.status === 503 &&
      ['discord_unavailable', 'storage_unavailable'].includes(answer.errorCode());
    if (!isCoded) this.#violate(`was answered ${answer.status}: ${answer.body}`);
  }

  #at(url: string): Visitor {
    const visitor = new Visitor(url);
    for (const [name, value] of this.#cookies) visitor.cookies.set(name, value);
    return visitor;
  }

  #violate(what: string): void {
    this.#shared.violations.push(`${this.name} ${what}`);
  }
}
