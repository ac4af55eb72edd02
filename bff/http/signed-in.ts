import type { Session } from '../accounts/sessions.ts';
import { notSignedIn } from '../failure.ts';
import type { Context, Middleware } from './context.ts';

/** Lets only a request with a live session through. The session middleware must have run. */
export const signedIn: Middleware = function signedIn(ctx, next) {
  sessionOf(ctx);
  return next();
};

/** The session of a request behind {@link signedIn}. Throws `not_signed_in` where there is none, so that a route mounted without it fails closed. */
export function sessionOf(ctx: Context): Session {
  if (ctx.state.session === undefined) throw notSignedIn();
  return ctx.state.session;
}
