/**
 * koa-session, wired so that its defaults can't bite: an external store whose write path is ours, no automatic commit
 * (a late request can't bring an ended session back, a failed handler leaves nothing behind), no rolling, a new random
 * id at each login.
 */
import type Koa from 'koa';
import { createSession } from 'koa-session';
import type { Context, Middleware } from '../context.ts';
import type { Cookies } from '../cookies.ts';
import { hashId, randomId } from './seal.ts';
import type { NewSession, SessionRecords } from './session-records.ts';

/** A request's session as koa-session holds it; what we read of it is `ctx.state.session`. */
type SessionModel = { regenerate(): Promise<void> };

/** Makes the middleware that finds a request's session and puts it in `ctx.state.session`. */
export function createSessionMiddleware(
  app: Koa,
  cookies: Cookies,
  records: SessionRecords,
): Middleware {
  return createSession(
    {
      key: cookies.names.session,
      ...cookies.attributes,
      maxAge: cookies.sessionMaxMs,
      autoCommit: false,
      rolling: false,
      renew: false,
      genid: randomId,
      externalKey: {
        get: (ctx: Context) => cookies.readSession(ctx),
        set: (ctx: Context, id: string) => cookies.setSession(ctx, id),
      },
      store: {
        async get(id: string, _maxAge: unknown, { ctx }: { ctx: Context }) {
          const session = await records.read(id);
          if (session === undefined) return undefined;
          ctx.state.session = session;
          return { user_id: session.user.id };
        },
        // Reached only from signIn: nothing else ever commits.
        async set(id: string, _data: unknown, _maxAge: unknown, { ctx }: { ctx: Context }) {
          if (ctx.state.newSession === undefined)
            throw new Error('a session is written at login only');
          ctx.state.session = await records.create(id, ctx.state.newSession);
        },
        async destroy(id: string) {
          await records.end(hashId(id));
        },
      },
    } as Parameters<typeof createSession>[0],
    app,
  ) as Middleware;
}

/**
 * Gives the browser a new session under a new id; the one it had, if any, has ended when this resolves. Setting
 * `ctx.session` would keep the id, which an attacker may have planted. The middleware above must have run.
 */
export async function signIn(ctx: Context, session: NewSession): Promise<void> {
  ctx.state.newSession = session;
  await (ctx.session as SessionModel).regenerate();
}
