import type { SessionAnswer } from '../../shared/http.ts';
import { answer } from '../http/answer.ts';
import type { Middleware } from '../http/context.ts';

/** `GET /api/session`: who is signed in, or nobody. */
export const currentSession: Middleware = function currentSession(ctx) {
  answer<SessionAnswer>(ctx, { user: ctx.state.session?.user ?? null });
};
