/**
 * The headers of every answer, whatever it is. OWASP Secure Headers; the policy is strict enough that a script that
 * gets into a page has nowhere to run and nowhere to send to.
 */
import { createHash } from 'node:crypto';
import type { Middleware } from './context.ts';
import type { Config } from '../env.ts';

/**
 * The content security policy of a page: everything from our own origin, pictures from Discord's CDN too. `styles` are
 * the style elements that stand in a page, each allowed by its hash (CSP3 §2.3.1).
 */
export function contentSecurityPolicy(
  config: Pick<Config, 'cdnUrl'>,
  styles: readonly string[],
): string {
  const hashes = styles.map(
    (style) => ` 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  );
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self'${hashes.join('')}`,
    `img-src 'self' ${new URL(config.cdnUrl).origin}`,
    "connect-src 'self'",
    "font-src 'self'",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

/** What a page carries beside the policy; an answer of the API is never a document, and does without. */
export const pageHeaders = {
  'x-frame-options': 'DENY',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
};

type HeaderConfig = Pick<Config, 'publicUrl' | 'hstsSubdomains'>;

/** Name and value of each header; HSTS (two years) only when PUBLIC_URL is https. */
export function securityHeaders(config: HeaderConfig): [string, string][] {
  return [
    ['x-content-type-options', 'nosniff'],
    ['referrer-policy', 'no-referrer'],
    ['cross-origin-opener-policy', 'same-origin'],
    ['cross-origin-resource-policy', 'same-origin'],
    ...(config.publicUrl.startsWith('https:')
      ? [
          [
            'strict-transport-security',
            `max-age=63072000${config.hstsSubdomains ? '; includeSubDomains' : ''}`,
          ] as [string, string],
        ]
      : []),
  ];
}

/** Sets the headers before anything else runs, so that an error answer carries them too. */
export function setSecurityHeaders(config: HeaderConfig): Middleware {
  const headers = securityHeaders(config);
  return function setSecurityHeaders(ctx, next) {
    for (const [name, value] of headers) ctx.res.setHeader(name, value);
    ctx.res.setHeader('x-request-id', ctx.state.requestId);
    return next();
  };
}
