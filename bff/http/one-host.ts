import type { IncomingMessage } from 'node:http';
import { Failure } from '../failure.ts';
import type { Middleware } from './context.ts';

/**
 * Refuses a request with two Host lines, of which a proxy may have believed the other, and one of HTTP/1.1 with none.
 * RFC 9112 §3.2; Node would believe the first, and answer the other without our headers.
 */
export const oneHost: Middleware = function oneHost(ctx, next) {
  const hosts = hostsNamed(ctx.req);
  if (hosts > 1 || (hosts === 0 && ctx.req.httpVersion === '1.1')) {
    ctx.set('connection', 'close');
    throw new Failure('caller', 'bad_request', 'A request names one Host.');
  }
  return next();
};

/** How many Host lines a request has. */
export function hostsNamed({ rawHeaders }: IncomingMessage): number {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (rawHeaders[at]?.length === 4 && rawHeaders[at]?.toLowerCase() === 'host') hosts += 1;
  return hosts;
}
