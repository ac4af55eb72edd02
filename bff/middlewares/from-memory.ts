/**
 * Answers what everybody asks, all the time, and what lies ready whole: no router, no context beyond Koa's own, no
 * header put together twice. Every other spelling of the address goes the ordinary way to the same answer.
 */
import type { Middleware } from '../context.ts';
import type { RequestCounter } from './rate-limit.ts';

/** An answer that lies ready, in ASCII; undefined while there is none to give. */
export type ReadyAnswer = () => string | undefined;

/** Answers `GET url` with `ready()` and the headers given, once the request is counted. */
export function fromMemory(
  url: string,
  ready: ReadyAnswer,
  headers: readonly (readonly [string, string])[],
  count: RequestCounter,
): Middleware {
  const fixed = headers.flat();
  return async function fromMemory(ctx, next) {
    if (ctx.req.url !== url || ctx.req.method !== 'GET') return await next();
    const body = ready();
    if (body === undefined) return await next();
    try {
      await count(ctx.req);
    } catch {
      return await next(); // too many: the ordinary way counts it once more, and refuses it
    }
    ctx.respond = false;
    ctx.res.writeHead(200, [...fixed, 'content-length', String(body.length)]);
    // As text it leaves in one write with its head; a buffer would be a second one.
    ctx.res.end(body, 'latin1');
  };
}
