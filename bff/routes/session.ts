import type { SessionAnswer } from '../../shared/http.ts';
import type { Session } from '../accounts/sessions.ts';
import { answerJson, envelope } from '../http/answer.ts';
import type { Middleware } from '../http/context.ts';

const nobody = envelope<SessionAnswer>({ user: null });
/** The body for a session, written once as long as it is remembered: every page asks for it first. */
const bodies = new WeakMap<Session, string>();

/** `GET /api/session`: who is signed in, or nobody. */
export const currentSession: Middleware = function currentSession(ctx) {
  answerJson(ctx, bodyFor(ctx.state.session));
};

function bodyFor(session: Session | undefined): string {
  if (session === undefined) return nobody;
  let body = bodies.get(session);
  if (body === undefined) {
    body = envelope<SessionAnswer>({ user: session.user });
    bodies.set(session, body);
  }
  return body;
}
