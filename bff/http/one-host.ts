import { Failure } from '../failure.ts';
import type { Middleware } from './context.ts';

/** Refuses a request with two Host lines, of which a proxy may have believed the other. RFC 9112 §3.2 */
export const oneHost: Middleware = async function oneHost(ctx, next) {
  const { rawHeaders } = ctx.req;
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (rawHeaders[at]?.length === 4 && rawHeaders[at]?.toLowerCase() === 'host') hosts += 1;
  if (hosts > 1) {
    ctx.set('connection', 'close');
    throw new Failure('caller', 'bad_request', 'A request names one Host.');
  }
  await next();
};
