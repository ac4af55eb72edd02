import { useState } from 'react';

/**
 * Why there is nothing to show yet: the last failure of a query that never had an answer. It stays while the query asks
 * again, so that a problem's screen does not give way to grey boxes and come back.
 */
export function useLoadingError(query: {
  data: unknown;
  error: Error | null;
  isEnabled: boolean;
}): Error | null {
  const [failure, setFailure] = useState<Error | null>(null);
  const now = query.isEnabled && query.data === undefined ? (query.error ?? failure) : null;
  if (now !== failure) setFailure(now);
  return now;
}
