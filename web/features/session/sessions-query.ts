import { queryOptions } from '@tanstack/react-query';
import type { SessionsAnswer } from '../../../shared/http.ts';
import { request } from '../../api.ts';
import { personKey } from '../../person-key.ts';

/** `GET /api/sessions`: where the person is signed in, the most recently used first. */
export const sessionsQuery = queryOptions({
  queryKey: [personKey, 'sessions'],
  queryFn: ({ signal }) => request<SessionsAnswer>('GET', '/api/sessions', signal),
});
