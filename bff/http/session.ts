/**
 * Who is asking: koa-session, wired so that its defaults can't bite. The store's write path is ours, nothing commits by
 * itself (a late request can't bring an ended session back, a failed handler leaves nothing behind), nothing rolls, and
 * each login has a new random id.
 *
 * In which order things happen: `session` reads the cookie, finds the row and sets `ctx.state.session`. `signIn` does the
 * same, makes the finished login the session's content and asks koa-session for a new id: it has the store put the new
 * session in the place of the old one, in one step, and sets the cookie. Ending a session is the routes' business; koa-session never learns of it.
 */
import type Koa from 'koa';
import { createSession } from 'koa-session';
import type { Session } from '../accounts/sessions.ts';
import { randomId } from '../opaque-id.ts';
import type { Context, Middleware } from './context.ts';
import type { Cookies } from './cookies.ts';

/** Where sessions are kept. `Login` is what a finished login hands over; `replaced` names the session it takes the place of. */
export type SessionStore<Login> = {
  read(id: string): Promise<Session | undefined>;
  insert(id: string, login: Login, replaced: string | undefined): Promise<Session>;
};

/** koa-session's model of a session, as far as it is used here. */
type SessionModel = { login?: unknown; regenerate(): Promise<void> };

/** Begins a new session under a new id. Gives the one the browser had, which has ended when this resolves. */
export type SignInBrowser<Login> = (ctx: Context, login: Login) => Promise<Session | undefined>;

/** Makes the middleware that finds a request's session, and the function that begins a new one. */
export function createSessionMiddleware<Login>(
  app: Koa,
  cookies: Cookies,
  store: SessionStore<Login>,
): { session: Middleware; signIn: SignInBrowser<Login> } {
  const koaSession = createSession(
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
          const found = await store.read(id);
          if (found === undefined) return undefined;
          ctx.state.session = found;
          return { user_id: found.user.id };
        },
        async set(
          id: string,
          { login }: { login: Login },
          _maxAge: unknown,
          { ctx }: { ctx: Context },
        ) {
          ctx.state.session = await store.insert(id, login, ctx.state.session?.idHash);
        },
        async destroy() {
          // `set` does it, or nobody would be left signed in where it fails, or the process ends in between.
        },
      },
    } as Parameters<typeof createSession>[0],
    app,
  ) as Middleware;

  return {
    async session(ctx, next) {
      cookies.requireOneSession(ctx);
      await koaSession(ctx, next);
    },

    async signIn(ctx, login) {
      let before: Session | undefined;
      await koaSession(ctx, async () => {
        before = ctx.state.session;
        const model = ctx.session as SessionModel;
        model.login = login;
        try {
          await model.regenerate();
        } catch (error) {
          // By now koa-session has taken the cookie back, of a session that goes on.
          const id = cookies.readSession(ctx);
          if (before !== undefined && id !== undefined) cookies.setSession(ctx, id);
          throw error;
        }
      });
      return before;
    },
  };
}
