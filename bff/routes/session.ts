import type { SessionAnswer } from '../../shared/http.ts';
import { answer } from '../answer.ts';
import type { Middleware } from '../context.ts';

/** `GET /api/session`: who is signed in, or nobody. */
export function session(): Middleware {
  return async function session(ctx) {
    answer<SessionAnswer>(ctx, { user: ctx.state.session?.user ?? null });
  };
}
