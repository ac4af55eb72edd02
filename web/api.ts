/**
 * The only place that talks to the BFF: requests under `/api` and the stream of events. Knows the envelope, the
 * CSRF header, the deadline and Retry-After; refuses to know what any route means or what a page shows.
 */
import type { ApiErrorCode, Failure, Success } from '../shared/http.ts';

/** How long one request may take, body included. The BFF gives up on Discord after 10 s and says so, which is worth waiting for. */
const deadlineMs = 15_000;

/** When a route that answered 429 with Retry-After may be asked again, by path, in milliseconds since the epoch. */
const quietUntil = new Map<string, number>();

/**
 * A request that did not work. `code` is the BFF's, or one of our own: `unreachable` (offline, refused, broken off) and
 * `timed_out` (no answer within the deadline), both with `status` 0, and `unreadable` (an answer that is not the
 * contract's envelope).
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ApiErrorCode | 'unreachable' | 'timed_out' | 'unreadable';
  readonly status: number;
  /** Milliseconds the server asked us to wait, counted from now. */
  readonly retryAfterMs: number | null;

  constructor(
    failure: Pick<ApiError, 'code' | 'status' | 'message'> & { retryAfterMs?: number | null },
    options?: ErrorOptions,
  ) {
    super(failure.message, options);
    this.code = failure.code;
    this.status = failure.status;
    this.retryAfterMs = failure.retryAfterMs ?? null;
  }
}

/**
 * Asks one route and answers its `data` (nothing for a 204). A route that answered 429 with Retry-After is not asked
 * again before: until then every caller gets the same refusal at once, whoever asks (a click, a focus, a live update).
 * @throws {ApiError} for everything but the caller's own `signal`, whose reason is thrown as it is.
 */
export async function request<T>(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  signal?: AbortSignal,
): Promise<T> {
  const quietMs = (quietUntil.get(path) ?? 0) - Date.now();
  if (quietMs > 0)
    throw new ApiError({
      code: 'rate_limited',
      status: 429,
      message: `${path} asked for quiet.`,
      retryAfterMs: quietMs,
    });

  let response: Response;
  let body: string;
  const deadline = AbortSignal.timeout(deadlineMs);
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: { accept: 'application/json', 'x-csrf': '1' },
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
    body = await response.text();
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError(
      deadline.aborted
        ? { code: 'timed_out', status: 0, message: `${path} took longer than ${deadlineMs} ms.` }
        : { code: 'unreachable', status: 0, message: `${path} could not be reached.` },
      { cause },
    );
  }

  if (response.status === 204) return undefined as T;
  const envelope = readEnvelope<T>(body);
  if (response.ok && envelope && 'data' in envelope) return envelope.data;

  const retryAfterMs = readRetryAfter(response.headers.get('retry-after'));
  if (response.status === 429 && retryAfterMs !== null)
    quietUntil.set(path, Date.now() + retryAfterMs);
  const error = envelope && 'error' in envelope ? envelope.error : null;
  throw new ApiError({
    code: error?.code ?? 'unreadable',
    status: response.status,
    message: error?.message ?? `${path} answered ${response.status} without an envelope.`,
    retryAfterMs,
  });
}

/**
 * Opens the stream of events and answers the function that closes it. It does not reconnect: `onEnd` is called once and
 * the caller decides when to open another, because a browser gives up for good on 429 and 503. `onSessionEnded` is about
 * the session whose cookie the stream was opened with; `onGuildCount` gets the body of `GET /api/guild-count`.
 */
export function openEventStream(on: {
  onOpen: () => void;
  onGuildCount: (body: string) => void;
  onSessionEnded: () => void;
  onEnd: () => void;
}): () => void {
  const source = new EventSource('/api/events');
  source.addEventListener('open', on.onOpen);
  source.addEventListener('guild-count', (event) => on.onGuildCount(event.data));
  source.addEventListener('session', (event) => {
    if (readSessionEnded(event.data)) on.onSessionEnded();
  });
  source.addEventListener('error', () => {
    source.close();
    on.onEnd();
  });
  return () => source.close();
}

/** Tells whether the data of a `session` event says that the session has ended; anything unknown says nothing. */
function readSessionEnded(data: string): boolean {
  try {
    const parsed: unknown = JSON.parse(data);
    return (
      typeof parsed === 'object' && parsed !== null && 'ended' in parsed && parsed.ended === true
    );
  } catch {
    return false; // Not JSON.
  }
}

/** Reads a body as the contract's envelope; null when it is something else, a proxy's error page for instance. */
export function readEnvelope<T>(body: string): Success<T> | Failure | null {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null) return null;
    return 'data' in parsed || 'error' in parsed ? (parsed as Success<T> | Failure) : null;
  } catch {
    return null; // Not JSON.
  }
}

/** Retry-After in milliseconds; it may be seconds or a date (RFC 9110 §10.2.3). */
function readRetryAfter(header: string | null): number | null {
  if (header === null) return null;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}
