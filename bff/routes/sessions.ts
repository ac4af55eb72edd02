import type { SessionsAnswer } from '../../shared/http.ts';
import { logName, type Sessions } from '../accounts/sessions.ts';
import type { UserGuilds } from '../discord/user-guilds.ts';
import { Failure } from '../failure.ts';
import { answer } from '../http/answer.ts';
import type { Context, Middleware } from '../http/context.ts';
import type { Cookies } from '../http/cookies.ts';
import { sessionOf } from '../http/signed-in.ts';
import type { Revocations } from '../providers/revocations.ts';

/** What ending a session takes. */
export type SessionEnds = { revocations: Revocations; userGuilds: UserGuilds; cookies: Cookies };

/** `GET /api/sessions`: where the person is signed in. */
export function listSessions(sessions: Sessions): Middleware {
  return async function listSessions(ctx) {
    const session = sessionOf(ctx);
    answer<SessionsAnswer>(ctx, { sessions: await sessions.listOf(session, session.publicId) });
  };
}

/** `DELETE /api/sessions/:id`: ends one of the person's own sessions. Somebody else's does not exist to them. */
export function endSession(sessions: Sessions, ends: SessionEnds): Middleware {
  return async function endSession(ctx) {
    const session = sessionOf(ctx);
    const idHash = await sessions.findOf(session, String(ctx.params.id));
    if (idHash === undefined) throw new Failure('caller', 'not_found', 'You have no such session.');
    await ends.revocations.endSession(session, idHash);
    if (idHash === session.idHash) {
      ends.cookies.clearSession(ctx);
      ends.userGuilds.forget(session);
    }
    logEnd(ctx, session.user.id, idHash, 'session_ended_by_owner');
    ctx.status = 204;
  };
}

/** `POST /api/logout`: ends this session. Without one there is nothing to do, which is fine too. */
export function logout({ revocations, userGuilds, cookies }: SessionEnds): Middleware {
  return async function logout(ctx) {
    const { session } = ctx.state;
    if (session !== undefined) {
      await revocations.endSession(session, session.idHash);
      userGuilds.forget(session);
      logEnd(ctx, session.user.id, session.idHash, 'logout');
    }
    cookies.clearSession(ctx);
    ctx.status = 204;
  };
}

/** `POST /api/logout-everywhere`: ends all of the person's sessions, and their authorization at Discord. */
export function logoutEverywhere({ revocations, userGuilds, cookies }: SessionEnds): Middleware {
  return async function logoutEverywhere(ctx) {
    const session = sessionOf(ctx);
    await revocations.endAllSessions(session);
    userGuilds.forget(session);
    logEnd(ctx, session.user.id, session.idHash, 'logout_everywhere');
    cookies.clearSession(ctx);
    ctx.status = 204;
  };
}

function logEnd(ctx: Context, userId: string, idHash: string, event: string): void {
  ctx.state.log.info(
    { event, request_id: ctx.state.requestId, user_id: userId, session: logName(idHash) },
    'a session was ended',
  );
}
