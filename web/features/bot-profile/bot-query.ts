import { queryOptions } from '@tanstack/react-query';
import type { BotAnswer } from '../../../shared/http.ts';
import { request } from '../../api.ts';

/** `GET /api/bot`: the bot's name, picture and invitation. Asked again now and then while the bot was never seen. */
export const botQuery = queryOptions({
  queryKey: ['bot'],
  queryFn: ({ signal }) => request<BotAnswer>('GET', '/api/bot', signal),
  staleTime: 300_000, // 5 minutes
  refetchInterval: (query) => (query.state.status === 'error' ? 15_000 : false),
});
