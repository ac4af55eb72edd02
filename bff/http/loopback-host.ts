import type { Config } from '../env.ts';
import type { Middleware } from './context.ts';
import { underApi } from './routes.ts';
import { isLoopbackHost } from '../../shared/environment.ts';

/**
 * Takes a person who came by another name of this machine (127.0.0.1 for localhost) to PUBLIC_URL, before a cookie is set
 * that the login would not find again at the other name. Any other Host is ignored, and so is another port: a proxy's own
 * Host names the port it reaches us at, and a redirect would go round in circles.
 */
export function loopbackHost({ publicUrl }: Pick<Config, 'publicUrl'>): Middleware {
  const ours = new URL(publicUrl);
  return function loopbackHost(ctx, next) {
    const isStep = (ctx.method === 'GET' || ctx.method === 'HEAD') && !underApi(ctx.path);
    if (!isStep || !isOtherName(ctx.get('host'), ours)) return next();
    const { pathname, search } = new URL(publicUrl + (ctx.url.startsWith('/') ? ctx.url : '/'));
    ctx.status = 302;
    ctx.set('location', publicUrl + pathname.replace(/^\/+/, '/') + search);
    ctx.body = '';
  };
}

/** Tells whether `host` is `ours` by another name of this machine. A proxy may leave out the port. */
function isOtherName(host: string, ours: URL): boolean {
  const [, hostname = '', port = ''] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(host) ?? [];
  return (
    isLoopbackHost(ours.hostname) &&
    isLoopbackHost(hostname.toLowerCase()) &&
    hostname.toLowerCase() !== ours.hostname &&
    (port === ours.port || port === '')
  );
}
