/**
 * Keeps other sites from using a visitor's session. A request that carries the session cookie, or changes something,
 * must come from our own pages: the browser says so (`Sec-Fetch-Site`, or `Origin` where it is not sent), and it
 * carries a header that no other site can set without asking us first, which is never allowed (no CORS here).
 */
import { Failure } from '../failure.ts';
import type { Context, Middleware } from './context.ts';
import type { Cookies } from './cookies.ts';
import { underApi } from './routes.ts';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Guards everything under `/api` that is mounted after it. */
export function ownPagesOnly(publicUrl: string, cookies: Cookies): Middleware {
  return function ownPagesOnly(ctx, next) {
    if (underApi(ctx.path) && (!safeMethods.has(ctx.method) || cookies.hasSession(ctx))) {
      requireOwnPage(ctx, publicUrl);
      if (ctx.get('x-csrf') !== '1')
        throw new Failure('caller', 'csrf_required', 'This request needs the header "x-csrf: 1".');
    }
    return next();
  };
}

/** Lets no page of another site through, whatever cookies the browser sent along. Programs pass. */
export function noOtherSite(publicUrl: string): Middleware {
  return function noOtherSite(ctx, next) {
    requireOwnPage(ctx, publicUrl);
    return next();
  };
}

/** @throws {Failure} `cross_site` when another site's page made the browser send this */
export function requireOwnPage(ctx: Context, publicUrl: string): void {
  const site = ctx.get('sec-fetch-site');
  const origin = ctx.get('origin');
  const isOurs = site === '' ? origin === '' || origin === publicUrl : site === 'same-origin';
  if (!isOurs)
    throw new Failure(
      'caller',
      'cross_site',
      'This address answers requests of our own pages only.',
    );
}
