/** One cache for everything the BFF answered, and the rules for asking again. */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from './api.ts';
import { hearNotSignedIn } from './features/session/session-news.ts';

/** The longest Retry-After that is waited for inside a request; beyond it the page says when to come back. */
const patienceMs = 10_000;

/** The BFF waited for these and knows that they are away: another try a second later gets the same answer. */
const absences = new Set<ApiError['code']>(['bot_unavailable', 'discord_unavailable']);

/**
 * Whether a failed request is worth another try: only when nothing answered or the other side failed, and at most
 * twice. An absence is a fact and not a glitch, and who has waited for a whole deadline is told rather than made to wait
 * again.
 */
export function shouldRetry(failures: number, error: Error): boolean {
  if (failures >= 2 || !(error instanceof ApiError)) return false;
  if (absences.has(error.code) || (error.retryAfterMs ?? 0) > patienceMs) return false;
  return error.code === 'unreachable' || error.status >= 500;
}

/** Milliseconds before the next try: what the server asked for, else 1 s, 2 s. */
export function retryDelay(failures: number, error: Error): number {
  const asked = error instanceof ApiError ? error.retryAfterMs : null;
  return asked ?? 1000 * 2 ** failures;
}

/** Makes the cache. An answer of 401 to anything, asked or changed, means the person is signed out everywhere in this browser. */
export function createQueryClient(): QueryClient {
  const onError = (error: Error) => {
    if (error instanceof ApiError && error.code === 'not_signed_in') hearNotSignedIn(queryClient);
  };
  const queryClient: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
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
