/**
 * The two cookies: an opaque random id each, never readable by scripts. They are not signed: an id that is looked up by
 * its hash is as good as any signature, and a cookie that another host has tossed to us can carry a good one. With https
 * they have the `__Host-` prefix, which no other host and no plain connection can set. RFC 6265bis §4.1.3.2
 */
import { Failure } from '../failure.ts';
import type { Config } from '../env.ts';
import type { Context, Middleware } from './context.ts';

export type Cookies = ReturnType<typeof createCookies>;

/** What may stand in a cookie of ours: 32 bytes in base64url. */
const idPattern = /^[\w-]{43}$/;

/** Makes the cookies from the configuration: PUBLIC_URL alone decides whether they are Secure. */
export function createCookies(config: Pick<Config, 'publicUrl' | 'loginTtlMs' | 'sessionMaxMs'>) {
  const secure = config.publicUrl.startsWith('https:');
  const prefix = secure ? '__Host-' : '';
  const attributes = {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure,
    signed: false,
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
    trustPublicUrl: function trustPublicUrl(ctx, next) {
      ctx.cookies.secure = secure;
      return next();
    } satisfies Middleware,

    /** Tells whether the request carries a session cookie, good or not. */
    hasSession(ctx: Context): boolean {
      return valuesOf(ctx.get('cookie'), names.session).length > 0;
    },

    /** Throws `doubled_cookie` when there are several session cookies. */
    requireOneSession(ctx: Context): void {
      requireOne(ctx, names.session);
    },

    /** Throws `doubled_cookie` when there are several login cookies. */
    requireOneLogin(ctx: Context): void {
      requireOne(ctx, names.login);
    },

    /** The id in the login cookie, when there is one alone. */
    readLogin(ctx: Context): string | undefined {
      return read(ctx, names.login);
    },

    /** The id in the session cookie, when there is one alone. */
    readSession(ctx: Context): string | undefined {
      return read(ctx, names.session);
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

/** The id in a cookie; undefined when there is none that could be ours, or several: which is ours can't be told. */
function read(ctx: Context, name: string): string | undefined {
  const values = valuesOf(ctx.get('cookie'), name);
  const value = values.length === 1 ? values[0] : undefined;
  return value !== undefined && idPattern.test(value) ? value : undefined;
}

/** @throws {Failure} `doubled_cookie`: one of two may have been tossed to us by another host of the same site */
function requireOne(ctx: Context, name: string): void {
  if (valuesOf(ctx.get('cookie'), name).length > 1)
    throw new Failure(
      'caller',
      'doubled_cookie',
      `The request carries the cookie "${name}" more than once. Clear this site's cookies and log in again.`,
    );
}

/** Every value that a Cookie header gives a name. RFC 6265 §5.4 lets a browser send several. */
function valuesOf(header: string, name: string): string[] {
  if (!header.includes(name)) return [];
  return header.split(';').flatMap((pair) => {
    const end = pair.indexOf('=');
    return end !== -1 && strip(pair.slice(0, end)) === name ? [strip(pair.slice(end + 1))] : [];
  });
}

/**
 * Without the blanks that browsers strip too, and no other: to them a no-break space is a part of the name, which another
 * host can set because the name does not begin with the prefix, and which `trim` would make ours.
 */
function strip(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, '');
}
