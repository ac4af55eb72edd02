/** The one place where a failure becomes an answer. */
import { Failure, type FailureCode, type FailureKind } from '../failure.ts';
import { answerJson, failureEnvelope } from './answer.ts';
import type { Context, Middleware } from './context.ts';
import { underApi } from './routes.ts';

/** The status of each kind of failure, where its code has none of its own. */
const statusOfKind: Record<FailureKind, number> = { caller: 400, away: 503, bug: 500 };

const statusOfCode: Partial<Record<FailureCode, number>> = {
  not_signed_in: 401,
  csrf_required: 403,
  cross_site: 403,
  missing_scope: 403,
  discord_not_connected: 403,
  not_found: 404,
  method_not_allowed: 405,
  payload_too_large: 413,
  rate_limited: 429,
  too_many_streams: 429,
  not_implemented: 501,
};

/** The HTTP status a failure is answered with. */
export function statusOf(failure: Failure): number {
  return statusOfCode[failure.code] ?? statusOfKind[failure.kind];
}

/**
 * Answers what the rest of the app throws. Our own {@link Failure}s carry what the client may know; everything else is a
 * bug, logged once with its cause and answered with nothing inside.
 */
export function failures(): Middleware {
  return async function failures(ctx, next) {
    try {
      await next();
    } catch (error) {
      const failure = asFailure(error);
      logFailure(ctx, failure);
      answerFailure(ctx, failure);
    }
  };
}

/** What a failure is to a client: itself, or a bug with nothing inside. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure('bug', 'internal_error', 'Something went wrong on our side.', {
    cause: error,
  });
}

/** Writes a failure's status, `Retry-After` and body. */
export function answerFailure(ctx: Context, failure: Failure): void {
  ctx.status = statusOf(failure);
  setRetryAfter(ctx, failure);
  answerJson(ctx, failureEnvelope(failure));
}

/** Tells the client how long to wait, when it is known. RFC 9110 §10.2.3 */
export function setRetryAfter(ctx: Context, { retryAfterMs }: Failure): void {
  if (retryAfterMs !== undefined) ctx.set('retry-after', String(Math.ceil(retryAfterMs / 1000)));
}

/** Ours to mend: logged whole. The other side's: what it was. The caller's: the request's own line says enough. */
function logFailure({ state: { log, requestId } }: Context, failure: Failure): void {
  const fields = { event: 'failure', request_id: requestId, error: failure.code };
  if (failure.kind === 'bug' || failure.code === 'storage_unavailable')
    log.error({ ...fields, err: failure.cause ?? failure }, failure.message);
  else if (failure.kind === 'away')
    log[failure.code === 'discord_unavailable' ? 'warn' : 'debug'](
      { ...fields, reason: failure.cause instanceof Error ? failure.cause.message : undefined },
      failure.message,
    );
}

/** What a path of the API that nothing answers is told. Mounted after every route. */
export function noSuchRoute(): Middleware {
  return async function noSuchRoute(ctx, next) {
    await next();
    if (!underApi(ctx.path) || ctx.body != null) return;
    if (ctx.status === 404)
      throw new Failure('caller', 'not_found', 'There is no such address in the API.');
    if (ctx.status === 405)
      throw new Failure('caller', 'method_not_allowed', `${ctx.method} is not possible here.`);
    if (ctx.status === 501)
      throw new Failure('caller', 'not_implemented', `${ctx.method} is not known here.`);
  };
}
