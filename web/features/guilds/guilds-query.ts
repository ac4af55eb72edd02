import { queryOptions } from '@tanstack/react-query';
import type { GuildsAnswer } from '../../../shared/http.ts';
import { ApiError, request } from '../../api.ts';
import { personKey } from '../../person-key.ts';
import { rememberPresence, type GuildsKnown } from './known-presence.ts';

/** How soon a bot that did not answer is asked for again. One that is known to be away says itself when it is back. */
const silentBotMs = 10_000;

/** `GET /api/guilds`: the person's servers. When told to wait, it asks again by itself once the wait is over. */
export const guildsQuery = queryOptions<GuildsKnown>({
  queryKey: [personKey, 'guilds'],
  queryFn: async ({ client, queryKey, signal }) => {
    const answer = await request<GuildsAnswer>('GET', '/api/guilds', signal);
    return rememberPresence(client.getQueryData(queryKey), answer, Date.now());
  },
  refetchInterval: ({ state: { data, error } }) => {
    if (error instanceof ApiError && error.retryAfterMs !== null) return error.retryAfterMs + 500;
    return data?.bot_away ? silentBotMs : false;
  },
});
