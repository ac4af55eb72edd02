/** One line for each request: who (hashed), what, how it ended, how long it took. Never a query, a cookie or a body. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Log } from '../log.ts';
import { clientAddress, clientNetwork } from './client-address.ts';
import type { Middleware } from './context.ts';
import { onceASecond } from './once-a-second.ts';

/** A longer path is written so far: whoever sends us paths must not fill the disk. */
const maxPathLength = 200;

/** What anybody can have as often as they like: a network's are told once a second. */
const repeatable = new Set([404, 429]);

/** What the line of a request tells. `session` is the session's name in the log. */
type RequestLine = {
  request_id: string;
  method: string;
  path: string;
  status: number;
  ms: number;
  session: string | undefined;
};

/** How a request ended. */
type RequestEnd = { requestId: string; status: number; ms: number; session?: string };

export type WriteRequestLine = (request: IncomingMessage, end: RequestEnd) => void;

/** Makes the writer of requests' lines, at `debug` for those nobody would miss. `hops`: proxies of ours in front. */
export function createRequestLines(log: Log, hops: number): WriteRequestLine {
  // None of these few fields can hold a secret, and looking through them for one costs more than answering the request.
  const lines = log.child({ event: 'request' }, { redact: [] });
  const writeRefusal = onceASecond<RequestLine>((line, more) =>
    lines.info(more === 0 ? line : { ...line, more }, 'request'),
  );
  return function writeLine(request, { requestId, status, ms, session }) {
    const line: RequestLine = {
      request_id: requestId,
      method: request.method ?? '',
      path: pathOf(request.url ?? ''),
      status,
      ms,
      session,
    };
    if (repeatable.has(status))
      writeRefusal(`${status} ${networkOf(clientAddress(request, hops))}`, line);
    else lines[isRoutine(line) ? 'debug' : 'info'](line, 'request');
  };
}

/** Gives each request its id and its line. The id is ours: a client's could be used to forge lines. */
export function requestLog(log: Log, writeLine: WriteRequestLine): Middleware {
  return async function requestLog(ctx, next) {
    const startedAt = performance.now();
    ctx.state.requestId = randomUUID();
    ctx.state.log = log;
    try {
      await next();
    } finally {
      writeLine(ctx.req, {
        requestId: ctx.state.requestId,
        status: ctx.res.statusCode,
        ms: Math.round(performance.now() - startedAt),
        session: ctx.state.session?.logName,
      });
    }
  };
}

/** Health checks, the files of a page, and what the browser still had. */
function isRoutine({ path, status }: RequestLine): boolean {
  if (status === 304) return true;
  return status === 200 && /^\/(?:healthz|readyz)$|\.\w+$/.test(path);
}

/** The whole network of one customer: of IPv6 that is a /48. */
function networkOf(address: string): string {
  const { narrow, wide } = clientNetwork(address);
  return wide ?? narrow;
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
