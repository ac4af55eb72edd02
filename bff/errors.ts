/**
 * The BFF's errors. Whatever goes wrong is one of three: the caller's mistake (4xx), the other side's failure
 * (503) or our own bug (500, with nothing inside). Only the message of an {@link ApiError} may reach a client.
 */
import type { ApiErrorCode } from '../shared/http.ts';

/** A failure with a stable code and a sentence for the client. `cause` is for the log only. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  readonly code: ApiErrorCode;
  /** Headers the answer carries, such as `Retry-After`. */
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    code: ApiErrorCode,
    message: string,
    options: { cause?: unknown; headers?: Record<string, string> } = {},
  ) {
    super(message, { cause: options.cause });
    this.status = status;
    this.code = code;
    this.headers = options.headers ?? {};
  }
}

/** 401: no session, or one that has ended. */
export function notSignedIn(): ApiError {
  return new ApiError(401, 'not_signed_in', 'You are not signed in.');
}

/** 503: Discord did not answer as it should. `retryAfterSeconds` is told to the client. */
export function discordUnavailable(cause: unknown, retryAfterSeconds?: number): ApiError {
  const headers: Record<string, string> =
    retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return new ApiError(
    503,
    'discord_unavailable',
    'Discord is not answering right now. Please try again in a moment.',
    {
      cause,
      headers,
    },
  );
}

/** 503: the bot is not connected, and what was asked is not known without it. */
export function botUnavailable(cause?: unknown): ApiError {
  return new ApiError(
    503,
    'bot_unavailable',
    'The bot is away, and its figures are not known yet.',
    { cause },
  );
}

/** 503: sessions and logins can't be read or written. Never answered as if nobody were signed in. */
export function storageUnavailable(cause: unknown): ApiError {
  return new ApiError(
    503,
    'storage_unavailable',
    'Guildhall cannot reach its storage right now. Please try again in a moment.',
    {
      cause,
    },
  );
}
