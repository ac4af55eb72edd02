/** Serves the built pages: hashed files for ever, the shell afresh each time. Knows no session. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sirv from 'sirv';
import type { Middleware } from './context.ts';
import type { Config } from '../env.ts';
import { Failure } from '../failure.ts';
import { contentSecurityPolicy, pageHeaders } from './security-headers.ts';

/** A path one of our pages could have. Anything else under the roof gets the same shell, told as not found. */
const pagePath = /^\/[\w\-/]*$/;

/** Serves `directory` and, for every other address, its `index.html`. */
export async function pages(config: Config, directory: string): Promise<Middleware> {
  const shell = await readFile(path.join(directory, 'index.html')).catch(() => undefined);
  const headers = { ...pageHeaders, 'content-security-policy': contentSecurityPolicy(config) };
  const serveFile =
    shell &&
    sirv(directory, {
      etag: true,
      gzip: true,
      brotli: true,
      extensions: [],
      setHeaders(response, pathname) {
        // On every file: the shell has more spellings than one (`/index.html/`, `/%69ndex.html`).
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
        response.setHeader(
          'cache-control',
          pathname.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        );
      },
    });

  return async function pages(ctx, next) {
    if (/^\/(?:api|healthz|readyz)(?:\/|$)/i.test(ctx.path)) return await next();
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
      ctx.set('allow', 'GET, HEAD');
      throw new Failure('caller', 'method_not_allowed', `${ctx.method} is not possible here.`);
    }
    if (ctx.path === '/') {
      ctx.status = 302;
      ctx.set('location', `${config.publicUrl}/discord/dashboard`);
      return;
    }
    if (serveFile === undefined || shell === undefined) {
      ctx.status = 503;
      ctx.type = 'text/plain; charset=utf-8';
      ctx.body = 'The pages are not built yet. Run: npm run build\n';
      return;
    }
    if (ctx.path !== '/index.html') {
      const isFile = await new Promise<boolean>((resolve) => {
        ctx.res.once('close', () => resolve(true));
        ctx.res.once('finish', () => resolve(true));
        ctx.res.statusCode = 200;
        serveFile(ctx.req, ctx.res, () => resolve(false));
      });
      if (isFile) {
        ctx.respond = false;
        return;
      }
    }
    ctx.status = pagePath.test(ctx.path) && !ctx.path.includes('//') ? 200 : 404;
    ctx.type = 'text/html; charset=utf-8';
    ctx.set('cache-control', 'no-cache');
    ctx.set(headers);
    ctx.body = shell;
  };
}
