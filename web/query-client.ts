/** One cache for everything the BFF answered, and the rules for asking again. */
import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from './api.ts';
import { forgetPerson } from './features/session/forget-person.ts';

/** The longest Retry-After that is waited for inside a request; beyond it the page says when to come back. */
const patienceMs = 10_000;

/**
 * Whether a failed request is worth another try: only when nothing answered or the other side failed, and at most
 * twice. A bot that is away is a fact and not a glitch; the live stream tells when it is back.
 */
export function shouldRetry(failures: number, error: Error): boolean {
  if (failures >= 2 || !(error instanceof ApiError)) return false;
  if (error.code === 'bot_unavailable' || (error.retryAfterMs ?? 0) > patienceMs) return false;
  return error.status === 0 || error.status >= 500;
}

/** Milliseconds before the next try: what the server asked for, else 1 s, 2 s. */
export function retryDelay(failures: number, error: Error): number {
  const asked = error instanceof ApiError ? error.retryAfterMs : null;
  return asked ?? 1000 * 2 ** failures;
}

/** Makes the cache. An answer of 401 to anything means the person is signed out everywhere on the page. */
export function createQueryClient(): QueryClient {
  const queryClient: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (error instanceof ApiError && error.code === 'not_signed_in') forgetPerson(queryClient);
      },
    }),
    defaultOptions: {
      queries: {
        // A request made offline fails at once and says so, instead of waiting in silence.
        networkMode: 'always',
        refetchOnReconnect: true,
        staleTime: 5000,
        retry: shouldRetry,
        retryDelay,
      },
      mutations: { networkMode: 'always' },
    },
  });
  return queryClient;
}
