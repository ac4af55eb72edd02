import { useQuery } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { guildCountQuery } from './guild-count-query.ts';
import { followConnection, readConnection } from './follow-guild-count.ts';

/**
 * The count and how good the connection is. Asks by itself when nothing was heard for a while: every answer and every
 * event starts the wait anew. A healthy stream costs no request, for the BFF hears from the bot and passes it on every
 * ten seconds; a deaf one is found out within a minute.
 */
export function useGuildCount() {
  const connection = useSyncExternalStore(
    followConnection,
    readConnection,
    () => 'connecting' as const,
  );
  const count = useQuery({
    ...guildCountQuery,
    refetchInterval: connection === 'live' ? 60_000 : 20_000,
  });
  return { count, connection };
}
