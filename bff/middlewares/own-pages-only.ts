/**
 * Keeps other sites from using a visitor's session. A request that carries the session cookie, or changes something,
 * must come from our own pages: the browser says so (`Sec-Fetch-Site`, or `Origin` where it is not sent), and it
 * carries a header that no other site can set without asking us first, which is never allowed (no CORS here).
 */
import type { Context, Middleware } from '../context.ts';
import type { Cookies } from '../cookies.ts';
import { ApiError } from '../errors.ts';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Guards everything under `/api` that is mounted after it. */
export function ownPagesOnly(publicUrl: string, cookies: Cookies): Middleware {
  return async function ownPagesOnly(ctx, next) {
    const isApi = /^\/api(?:\/|$)/i.test(ctx.path);
    if (isApi && (!safeMethods.has(ctx.method) || cookies.hasSession(ctx))) {
      if (comesFromElsewhere(ctx, publicUrl))
        throw new ApiError(
          403,
          'cross_site',
          'This address answers requests of our own pages only.',
        );
      if (ctx.get('x-csrf') !== '1')
        throw new ApiError(403, 'csrf_required', 'This request needs the header "x-csrf: 1".');
    }
    await next();
  };
}

function comesFromElsewhere(ctx: Context, publicUrl: string): boolean {
  const site = ctx.get('sec-fetch-site');
  if (site !== '') return site !== 'same-origin';
  const origin = ctx.get('origin');
  return origin !== '' && origin !== publicUrl;
}
