import { queryOptions } from '@tanstack/react-query';
import type { GuildCountAnswer } from '../../../shared/http.ts';
import { request } from '../../api.ts';

/** `GET /api/guild-count`: how many servers the bot is in. The stream writes its events under the same key. */
export const guildCountQuery = queryOptions({
  queryKey: ['guild-count'],
  queryFn: ({ signal }) => request<GuildCountAnswer>('GET', '/api/guild-count', signal),
});
