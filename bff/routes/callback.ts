import type { Session } from '../accounts/sessions.ts';
import type { Context, Middleware } from '../http/context.ts';
import { describeBrowser } from '../http/describe-browser.ts';
import type { SignInBrowser } from '../http/session.ts';
import { seeOther } from '../http/see-other.ts';
import { finishLogin } from '../providers/finish-login.ts';
import type { Logins } from '../providers/logins.ts';
import type { Revocations } from '../providers/revocations.ts';
import type { SignIn } from '../providers/sign-in.ts';
import type { UserGuilds } from '../discord/user-guilds.ts';
import { begin, type LoginStart } from './login.ts';

/** What finishing a login takes. */
export type LoginFinish = LoginStart & {
  revocations: Revocations;
  userGuilds: UserGuilds;
  signIn: SignInBrowser<SignIn>;
  /** Is told of each callback at work, so that a stop can wait for it: it may hold tokens that exist nowhere else. */
  follow: (work: Promise<void>) => void;
};

/** `GET /discord/callback`: finishes a login and signs the person in under a new session id. */
export function callback(finish: LoginFinish): Middleware {
  return async function callback(ctx) {
    const work = finishCallback(ctx, finish);
    finish.follow(work);
    await work;
  };
}

async function finishCallback(ctx: Context, finish: LoginFinish): Promise<void> {
  const { config, cookies, discord, logins, revocations } = finish;
  cookies.requireOneLogin(ctx);
  const browserId = cookies.readLogin(ctx);
  // The raw query: Koa's own parser makes arrays of repeated parameters.
  const parameters = new URLSearchParams(ctx.querystring);
  const login = await finishLogin(discord, logins, revocations, parameters, browserId);
  if ('revoked' in login) {
    seeOther(ctx, await begin(ctx, finish, { next: login.next, isRepeat: true }));
    return;
  }
  const { owner } = login;
  let before: Session | undefined;
  try {
    before = await finish.signIn(ctx, {
      ...owner,
      user: login.user,
      browser: describeBrowser(ctx.get('user-agent')),
      tokens: login.tokens,
      issuedAt: login.issuedAt,
    });
  } catch (error) {
    // Not while the person is signed in elsewhere: Discord would end that with it.
    revocations.discard(login.tokens, owner);
    throw error;
  }
  // Signed in: nothing from here on may fail, or the answer would say so and carry the session all the same.
  finish.userGuilds.forget(owner);
  if (before !== undefined && before.subject !== owner.subject) revocations.endIfUnused(before);
  if (!(await isAnotherTabWaiting(logins, browserId))) cookies.clearLogin(ctx);
  ctx.state.log.info(
    {
      event: 'login_succeeded',
      request_id: ctx.state.requestId,
      user_id: login.user.id,
      session: ctx.state.session?.logName,
    },
    'a person signed in',
  );
  seeOther(ctx, config.publicUrl + login.next);
}

/** Tells whether the login cookie is still needed. Where storage can't say, it stays: it runs out by itself. */
async function isAnotherTabWaiting(
  logins: Logins,
  browserId: string | undefined,
): Promise<boolean> {
  try {
    return browserId !== undefined && (await logins.isWaiting(browserId));
  } catch {
    return true;
  }
}
