/** One line for each request: who (hashed), what, how it ended, how long it took. Never a query, a cookie or a body. */
import { randomUUID } from 'node:crypto';
import type { Middleware } from './context.ts';
import { type Log, requestLines } from '../log.ts';

/** Gives each request its id and its line in the log. The id is ours: a client's could be used to forge lines. */
export function requestLog(log: Log): Middleware {
  const writeLine = requestLines(log);
  return async function requestLog(ctx, next) {
    const startedAt = performance.now();
    ctx.state.requestId = randomUUID();
    ctx.state.log = log;
    try {
      await next();
    } finally {
      writeLine({
        requestId: ctx.state.requestId,
        method: ctx.req.method ?? '',
        path: pathOf(ctx.req.url ?? ''),
        status: ctx.res.statusCode,
        ms: Math.round(performance.now() - startedAt),
        session: ctx.state.session?.logName,
      });
    }
  };
}

/** A target in absolute form (RFC 9112 §3.2.2) may carry a name and password, so only its path is written. */
function pathOf(target: string): string {
  return withoutQuery(target.startsWith('/') ? target : target.replace(/^[^:]*:\/\/[^/?]*/, ''));
}

function withoutQuery(url: string): string {
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}
