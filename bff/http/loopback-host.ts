import type { Config } from '../env.ts';
import type { Middleware } from './context.ts';
import { underApi } from './routes.ts';
import { isLoopbackHost } from '../../shared/environment.ts';

/**
 * Takes a person who came by another name of this machine (127.0.0.1 for localhost) to PUBLIC_URL, before a cookie is set
 * that the login would not find again at the other name. Any other Host is ignored: behind a proxy that sends a Host of its
 * own, a redirect would go round in circles.
 */
export function loopbackHost({ publicUrl }: Pick<Config, 'publicUrl'>): Middleware {
  const ours = new URL(publicUrl).hostname;
  return async function loopbackHost(ctx, next) {
    const host = hostnameOf(ctx.get('host'));
    const isOtherName =
      isLoopbackHost(ours) && host !== undefined && isLoopbackHost(host) && host !== ours;
    if (!isOtherName || underApi(ctx.path) || !['GET', 'HEAD'].includes(ctx.method))
      return await next();
    const { pathname, search } = new URL(ctx.url, publicUrl);
    // A path that begins with two slashes would be another host.
    ctx.status = 302;
    ctx.set('location', publicUrl + pathname.replace(/^\/+/, '/') + search);
    ctx.body = '';
  };
}

function hostnameOf(host: string): string | undefined {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : undefined;
}
