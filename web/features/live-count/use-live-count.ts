import { useQuery } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { guildCountQuery } from './guild-count-query.ts';
import { followConnection, readConnection } from './live-count.ts';

/**
 * The count and how good the connection is. Asks by itself when nothing was heard for a while: every answer and every
 * event starts the wait anew, so a healthy stream costs one request a minute and a deaf one is found out.
 */
export function useLiveCount() {
  const connection = useSyncExternalStore(followConnection, readConnection);
  const count = useQuery({
    ...guildCountQuery,
    refetchInterval: connection === 'live' ? 60_000 : 20_000,
  });
  return { count, connection };
}
