/**
 * How anything in the BFF fails. Whatever goes wrong is one of three: the caller's mistake, the other side's absence, or
 * our own bug. Knows no HTTP: what status a code has is `http/failures.ts`'s business.
 */
import type { ApiErrorCode, LoginErrorCode } from '../shared/http.ts';

export type FailureCode = ApiErrorCode | LoginErrorCode;

/** Whose fault it is: who asked, who did not answer, or we. */
export type FailureKind = 'caller' | 'away' | 'bug';

/** A failure with a stable code and a sentence a client may read. `cause` is for the log only. */
export class Failure extends Error {
  override name = 'Failure';
  readonly kind: FailureKind;
  readonly code: FailureCode;
  /** How long the caller should wait before trying again, in milliseconds; undefined when nobody knows. */
  readonly retryAfterMs: number | undefined;

  constructor(
    kind: FailureKind,
    code: FailureCode,
    message: string,
    options: { cause?: unknown; retryAfterMs?: number | undefined } = {},
  ) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** No session, or one that has ended. */
export function notSignedIn(): Failure {
  return new Failure('caller', 'not_signed_in', 'You are not signed in.');
}

/** Signed in, but without a Discord login that still works: the tokens were lost, not taken away. */
export function discordNotConnected(cause?: unknown): Failure {
  return new Failure(
    'caller',
    'discord_not_connected',
    'Discord has to be asked again for your servers. Log in with Discord once more.',
    { cause },
  );
}

/** Discord did not answer as it should. */
export function discordUnavailable(cause: unknown, retryAfterMs?: number): Failure {
  return new Failure(
    'away',
    'discord_unavailable',
    'Discord is not answering right now. Please try again in a moment.',
    { cause, retryAfterMs },
  );
}

/** The bot is not connected, and what was asked is not known without it. */
export function botUnavailable(cause?: unknown): Failure {
  return new Failure(
    'away',
    'bot_unavailable',
    'The bot is away, and its figures are not known yet.',
    { cause },
  );
}

/** Sessions and logins can't be read or written. Never answered as if nobody were signed in. */
export function storageUnavailable(cause: unknown): Failure {
  return new Failure(
    'away',
    'storage_unavailable',
    'Guildhall cannot reach its storage right now. Please try again in a moment.',
    { cause },
  );
}
