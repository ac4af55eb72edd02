import { queryOptions } from '@tanstack/react-query';
import type { GuildsAnswer } from '../../../shared/http.ts';
import { ApiError, request } from '../../api.ts';
import { personKey } from '../../person-key.ts';

/** `GET /api/guilds`: the person's servers. When told to wait, it asks again by itself once the wait is over. */
export const guildsQuery = queryOptions({
  queryKey: [personKey, 'guilds'],
  queryFn: ({ signal }) => request<GuildsAnswer>('GET', '/api/guilds', signal),
  refetchInterval: ({ state: { error } }) =>
    error instanceof ApiError && error.retryAfterMs !== null ? error.retryAfterMs + 500 : false,
});
