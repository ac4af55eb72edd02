import type { SessionsAnswer } from '../../shared/http.ts';
import { answer } from '../answer.ts';
import type { Context, Middleware } from '../context.ts';
import { ApiError, notSignedIn } from '../errors.ts';
import type { Services } from '../services.ts';
import { logName } from '../sessions/session-records.ts';

/** `GET /api/sessions`: where the person is signed in. */
export function sessions({ sessions: records }: Services): Middleware {
  return async function sessions(ctx) {
    if (ctx.state.session === undefined) throw notSignedIn();
    const { user, publicId } = ctx.state.session;
    answer<SessionsAnswer>(ctx, { sessions: await records.listOf(user.id, publicId) });
  };
}

/** `DELETE /api/sessions/:id`: ends one of the person's own sessions. Somebody else's does not exist to them. */
export function endSession({ sessions: records, ending, cookies, guilds }: Services): Middleware {
  return async function endSession(ctx) {
    if (ctx.state.session === undefined) throw notSignedIn();
    const { user, idHash: own } = ctx.state.session;
    const idHash = await records.findOf(user.id, String(ctx.params.id));
    if (idHash === undefined) throw new ApiError(404, 'not_found', 'You have no such session.');
    await ending.end(user.id, idHash);
    if (idHash === own) {
      cookies.clearSession(ctx);
      guilds.forget(user.id);
    }
    logSignOut(ctx, user.id, idHash, 'session_ended_by_owner');
    ctx.status = 204;
  };
}

/** `POST /api/logout`: ends this session. Without one there is nothing to do, which is fine too. */
export function logout({ ending, cookies, guilds }: Services): Middleware {
  return async function logout(ctx) {
    const { session } = ctx.state;
    if (session !== undefined) {
      await ending.end(session.user.id, session.idHash);
      guilds.forget(session.user.id);
      logSignOut(ctx, session.user.id, session.idHash, 'logout');
    }
    leave(ctx, cookies);
  };
}

/** `POST /api/logout-everywhere`: ends all of the person's sessions, and their authorization at Discord. */
export function logoutEverywhere({ ending, cookies, guilds }: Services): Middleware {
  return async function logoutEverywhere(ctx) {
    const { session } = ctx.state;
    if (session === undefined) throw notSignedIn();
    await ending.endAll(session);
    guilds.forget(session.user.id);
    logSignOut(ctx, session.user.id, session.idHash, 'logout_everywhere');
    leave(ctx, cookies);
  };
}

function leave(ctx: Context, cookies: Services['cookies']): void {
  cookies.clearSession(ctx);
  ctx.status = 204;
}

function logSignOut(ctx: Context, userId: string, idHash: string, event: string): void {
  ctx.state.log.info(
    { event, request_id: ctx.state.requestId, user_id: userId, session: logName(idHash) },
    'a session was ended',
  );
}
