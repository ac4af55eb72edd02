import { Failure } from '../failure.ts';
import type { Middleware } from './context.ts';

/** Refuses a target in absolute form (RFC 9112 §3.2.2) that is no URL, before anybody asks for its path. */
export const readableTarget: Middleware = function readableTarget(ctx, next) {
  try {
    void ctx.path;
  } catch (cause) {
    ctx.set('connection', 'close');
    ctx.set('cache-control', 'no-store');
    throw new Failure('caller', 'bad_request', 'The address of the request is no URL.', { cause });
  }
  return next();
};
