/** The one place where an error becomes an answer. */
import { answerJson, failureEnvelope } from '../answer.ts';
import type { Middleware } from '../context.ts';
import { ApiError } from '../errors.ts';

/**
 * Answers what the rest of the app throws. Our own {@link ApiError}s carry what the client may know; everything else
 * is a bug, logged once with its cause and answered with nothing inside. An API answer without a body gets one.
 */
export function failures(): Middleware {
  return async function failures(ctx, next) {
    try {
      await next();
    } catch (error) {
      const failure =
        error instanceof ApiError
          ? error
          : new ApiError(500, 'internal_error', 'Something went wrong on our side.', {
              cause: error,
            });
      const { log, requestId } = ctx.state;
      const fields = { event: 'failure', request_id: requestId, error: failure.code };
      // Ours to mend: logged whole. The other side's: what it was. The caller's: the request's own line says enough.
      if (failure.status === 500 || failure.code === 'storage_unavailable')
        log.error({ ...fields, err: failure.cause ?? failure }, failure.message);
      else if (failure.status > 500)
        log[failure.code === 'discord_unavailable' ? 'warn' : 'debug'](
          { ...fields, reason: failure.cause instanceof Error ? failure.cause.message : undefined },
          failure.message,
        );
      ctx.status = failure.status;
      ctx.set(failure.headers);
      answerJson(ctx, failureEnvelope(failure));
    }
  };
}

/** What a path under `/api` that nothing answers is told. Mounted after every route. */
export function noSuchRoute(): Middleware {
  return async function noSuchRoute(ctx, next) {
    await next();
    if (!/^\/(?:api|healthz|readyz)(?:\/|$)/i.test(ctx.path) || ctx.body != null) return;
    if (ctx.status === 404)
      throw new ApiError(404, 'not_found', 'There is no such address in the API.');
    if (ctx.status === 405)
      throw new ApiError(405, 'method_not_allowed', `${ctx.method} is not possible here.`);
    if (ctx.status === 501)
      throw new ApiError(501, 'not_implemented', `${ctx.method} is not known here.`);
  };
}
