import { queryOptions } from '@tanstack/react-query';
import type { SessionAnswer } from '../../../shared/http.ts';
import { request } from '../../api.ts';

/** `GET /api/session`: who is signed in, or nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => request<SessionAnswer>('GET', '/api/session', signal),
  staleTime: 30_000,
});
