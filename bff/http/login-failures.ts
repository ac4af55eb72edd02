import { type LoginErrorCode, loginErrorCodes } from '../../shared/http.ts';
import type { Config } from '../env.ts';
import { Failure } from '../failure.ts';
import type { Middleware } from './context.ts';
import { setRetryAfter } from './failures.ts';
import { seeDashboard } from './see-other.ts';

/** Ours to look at; the others happen every day. */
const grave = new Set<LoginErrorCode>(['internal_error', 'misconfigured', 'storage_unavailable']);

/**
 * Ends a login that fails on the dashboard, which says why, with a code from a closed list and without a session. What the
 * request itself is to blame for (a method, an origin, a doubled cookie) is answered as everywhere.
 */
export function loginFailures(config: Pick<Config, 'publicUrl'>): Middleware {
  return async function loginFailures(ctx, next) {
    try {
      await next();
    } catch (error) {
      const code = loginErrorCodeOf(error);
      if (code === undefined) throw error;
      ctx.state.log[grave.has(code) ? 'error' : 'info'](
        {
          event: 'login_failed',
          request_id: ctx.state.requestId,
          error: code,
          reason: error instanceof Failure ? error.message : undefined,
          ...(grave.has(code) && { err: error }),
        },
        'a login failed',
      );
      if (error instanceof Failure) setRetryAfter(ctx, error);
      seeDashboard(ctx, config, code);
    }
  };
}

/** The code a failed login is shown with; undefined for a failure that has none. What is no {@link Failure} is a bug. */
function loginErrorCodeOf(error: unknown): LoginErrorCode | undefined {
  if (!(error instanceof Failure)) return 'internal_error';
  return loginErrorCodes.find((code) => code === error.code);
}
