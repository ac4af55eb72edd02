import { Failure } from '../failure.ts';
import type { Middleware } from './context.ts';

/** The router runs GET handlers for HEAD; a link preview must not start a login or use one up. */
export const getOnly: Middleware = function getOnly(ctx, next) {
  if (ctx.method !== 'GET') {
    ctx.set('allow', 'GET');
    throw new Failure('caller', 'method_not_allowed', `${ctx.method} is not possible here.`);
  }
  return next();
};
