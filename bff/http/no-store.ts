import type { Middleware } from './context.ts';
import { isLoginStep, underApi } from './routes.ts';

/** Keeps the API and the login out of every cache, their errors too. A route that may be cached says so itself. */
export function noStore(): Middleware {
  return function noStore(ctx, next) {
    if (underApi(ctx.path) || isLoginStep(ctx.path)) ctx.res.setHeader('cache-control', 'no-store');
    return next();
  };
}
