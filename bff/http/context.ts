/** What travels with a request. */
import type { DefaultContext, Middleware as KoaMiddleware, ParameterizedContext } from 'koa';
import type { Session } from '../accounts/sessions.ts';
import type { Log } from '../log.ts';

export type State = {
  /** Names the request in the log and in the `x-request-id` answer header. */
  requestId: string;
  log: Log;
  /** Set by the session middleware when the request carries a live session. */
  session?: Session;
};

export type Context = ParameterizedContext<State, DefaultContext>;
export type Middleware = KoaMiddleware<State, DefaultContext>;
