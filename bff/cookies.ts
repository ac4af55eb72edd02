/**
 * The two cookies: an opaque random id each, signed, never readable by scripts. With https they carry the `__Host-`
 * prefix, which no other host and no plain connection can set. RFC 6265bis §4.1.3.2
 */
import type { Context, Middleware } from './context.ts';
import type { Config } from './env.ts';
import type { CookieSignatures } from './sessions/cookie-signatures.ts';

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

  /**
   * A cookie's value when its signature is ours. Signed with an older key, it is set anew, whole: Koa's own way would
   * give the signature alone, without SameSite and gone with the browser, and would answer garbage with a cookie.
   */
  function read(ctx: Context, name: string, maxAge: number): string | undefined {
    const value = ctx.cookies.get(name, { signed: false });
    const signature = ctx.cookies.get(`${name}.sig`, { signed: false });
    if (value === undefined || value === '' || signature === undefined) return undefined;
    const keys = ctx.app.keys as unknown as CookieSignatures;
    const key = keys.index(`${name}=${value}`, signature);
    if (key === -1) return undefined;
    if (key > 0) ctx.cookies.set(name, value, { ...attributes, maxAge });
    return value;
  }

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
      return read(ctx, names.login, config.loginTtlMs);
    },

    /** The id in the session cookie when its signature is ours. */
    readSession(ctx: Context): string | undefined {
      return read(ctx, names.session, config.sessionMaxMs);
    },

    setSession(ctx: Context, id: string): void {
      ctx.cookies.set(names.session, id, { ...attributes, maxAge: config.sessionMaxMs });
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
