import type { SessionAnswer } from '../../shared/http.ts';
import { answer } from '../answer.ts';
import type { Middleware } from '../context.ts';

/** `GET /api/session`: who is signed in, or nobody. */
export function whoIsSignedIn(): Middleware {
  return async function whoIsSignedIn(ctx) {
    answer<SessionAnswer>(ctx, { user: ctx.state.session?.user ?? null });
  };
}
