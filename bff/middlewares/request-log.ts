/** One line for each request: who (hashed), what, how it ended, how long it took. Never a query, a cookie or a body. */
import { randomUUID } from 'node:crypto';
import type { Middleware } from '../context.ts';
import type { Log } from '../log.ts';

/** A longer path is written so far: whoever sends us paths must not fill the disk. */
const maxPathLength = 200;

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

/** What the line of a request tells. `session` is the session's name in the log. */
export type RequestLine = {
  requestId: string;
  method: string;
  path: string;
  status: number;
  ms: number;
  session: string | undefined;
};

/** Gives a function that writes the line of a request: at `debug` when nobody would miss it, else at `info`. */
export function requestLines(log: Log): (line: RequestLine) => void {
  // None of these few fields can hold a secret, and looking through them for one costs more than answering the request.
  const lines = log.child({ event: 'request' }, { redact: [] });
  return function writeRequestLine({ requestId, method, path, status, ms, session }) {
    const level = isRoutine(path, status) ? 'debug' : 'info';
    lines[level]({ request_id: requestId, method, path, status, ms, session }, 'request');
  };
}

/** Health checks, the files of a page, and what the browser still had. */
function isRoutine(path: string, status: number): boolean {
  if (status === 304) return true;
  return status === 200 && /^\/(?:healthz|readyz)$|\.\w+$/.test(path);
}

/** A target in absolute form (RFC 9112 §3.2.2) may carry a name and password, so only its path is written. */
function pathOf(target: string): string {
  const path = withoutQuery(
    target.startsWith('/') ? target : target.replace(/^[^:]*:\/\/[^/?]*/, ''),
  );
  return path.length > maxPathLength ? `${path.slice(0, maxPathLength)}…` : path;
}

function withoutQuery(url: string): string {
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}
