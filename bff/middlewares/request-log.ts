/** One line for each request: who (hashed), what, how it ended, how long it took. Never a query, a cookie or a body. */
import { randomUUID } from 'node:crypto';
import type { Middleware } from '../context.ts';
import { type Log, requestLines } from '../log.ts';
import { logName } from '../sessions/session-ending.ts';

/** Gives each request its id and its line in the log. The id is ours: a client's could be used to forge lines. */
export function requestLog(log: Log): Middleware {
  const lines = requestLines(log);
  return async function requestLog(ctx, next) {
    const startedAt = performance.now();
    ctx.state.requestId = randomUUID();
    ctx.state.log = log;
    ctx.set('x-request-id', ctx.state.requestId);
    try {
      await next();
    } finally {
      if (lines.isLevelEnabled('info'))
        lines.info(
          {
            event: 'request',
            request_id: ctx.state.requestId,
            method: ctx.method,
            path: ctx.path,
            status: ctx.status,
            ms: Math.round(performance.now() - startedAt),
            session: ctx.state.session && logName(ctx.state.session.idHash),
          },
          'request',
        );
    }
  };
}
