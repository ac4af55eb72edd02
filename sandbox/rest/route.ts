/** What a REST route is made of. */
import type { Answer } from '../http/answer.ts';
import type { SandboxRequest } from '../http/request.ts';
import type { Grant } from '../oauth/grants.ts';
import type { Scope } from '../oauth/scopes.ts';
import type { State } from '../state.ts';
import type { Person } from '../world/people.ts';
import type { Limit } from './rate-limiter.ts';

/** Whose token came with a request. */
export type Bearer = { kind: 'bearer'; person: Person; grant: Grant; expiresAtMs: number };
export type Caller = { kind: 'bot' } | Bearer | { kind: 'anyone' };

/** A call that was let in: its route fits, its token is good, its limit is not used up. */
export type Call<As extends Caller = Caller> = {
  state: State;
  request: SandboxRequest;
  params: Record<string, string>;
  caller: As;
};

type Rules = { limit?: Limit; scope?: Scope };

type RouteFor<Who extends string, As extends Caller> = Rules & {
  for: Who;
  method: string;
  path: string;
  answer: (call: Call<As>) => Answer;
};

/** `for` says whose token is asked for; `scope` what a person's token must allow. */
export type Route =
  | RouteFor<'bot', { kind: 'bot' }>
  | RouteFor<'person', Bearer>
  | RouteFor<'bot or person', { kind: 'bot' } | Bearer>
  | RouteFor<'anyone', Caller>;
