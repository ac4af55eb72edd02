/**
 * The two cookies: an opaque random id each, signed, never readable by scripts. With https they carry the `__Host-`
 * prefix, which no other host and no plain connection can set. RFC 6265bis §4.1.3.2
 */
import type { Context, Middleware } from './context.ts';
import type { Config } from './env.ts';

/** Names and attributes, the same for setting and for clearing. */
export type Cookies = ReturnType<typeof createCookies>;

/** Makes the cookies from the configuration: PUBLIC_URL alone decides whether they are Secure. */
export function createCookies(config: Pick<Config, 'publicUrl' | 'loginTtlMs' | 'sessionMaxMs'>) {
  const secure = config.publicUrl.startsWith('https:');
  const prefix = secure ? '__Host-' : '';
  const attributes = {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure,
    signed: true,
    overwrite: true,
  } as const;
  const names = { session: `${prefix}guildhall`, login: `${prefix}guildhall-login` };

  return {
    names,
    attributes,
    sessionMaxMs: config.sessionMaxMs,

    /**
     * Lets Secure cookies be set although this process speaks plain HTTP: TLS ends in front of it, and no header of
     * the request is asked whether that is so. Mounted before anything that sets a cookie.
     */
    trustPublicUrl: async function trustPublicUrl(ctx, next) {
      ctx.cookies.secure = secure;
      await next();
    } satisfies Middleware,

    /** Tells whether the request carries a session cookie, good or not. */
    hasSession(ctx: Context): boolean {
      return ctx.cookies.get(names.session, { signed: false }) !== undefined;
    },

    /** The id in the login cookie when its signature is ours. */
    readLogin(ctx: Context): string | undefined {
      return ctx.cookies.get(names.login, attributes);
    },

    setLogin(ctx: Context, browserId: string): void {
      ctx.cookies.set(names.login, browserId, { ...attributes, maxAge: config.loginTtlMs });
    },

    clearLogin(ctx: Context): void {
      ctx.cookies.set(names.login, '', { ...attributes, expires: new Date(0) });
    },

    clearSession(ctx: Context): void {
      ctx.cookies.set(names.session, '', { ...attributes, expires: new Date(0) });
    },
  };
}
