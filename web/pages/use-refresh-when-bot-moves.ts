import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { GuildCountAnswer } from '../../shared/http.ts';
import { guildsQuery } from '../features/guilds/guilds-query.ts';

/** How often the list is asked for at most, however busily the bot joins and leaves servers elsewhere. */
const refreshPauseMs = 5000;
/** What happens to the bot comes in bursts. */
const settleMs = 250;

/**
 * Asks for the list again when the bot's count has changed, for one of these servers may be the reason, and at once when a
 * bot that was away is back. While it is away there is nothing to ask.
 */
export function useRefreshWhenBotMoves(count: GuildCountAnswer | undefined): void {
  const queryClient = useQueryClient();
  const known = count?.guild_count;
  const away = count?.stale ?? false;
  const seen = useRef({ count: known, away, at: 0 });
  useEffect(() => {
    const last = seen.current;
    const isBack = last.away && !away;
    last.away ||= away;
    if (away || known === undefined) return;
    const isFirst = last.count === undefined && !isBack;
    if (isFirst) last.count = known;
    if (!isBack && known === last.count) return;
    const pauseMs = isBack ? 0 : last.at + refreshPauseMs - Date.now();
    const timer = setTimeout(
      () => {
        seen.current = { count: known, away: false, at: Date.now() };
        // A tab nobody looks at asks when it is looked at again.
        if (document.visibilityState === 'visible')
          void queryClient.invalidateQueries({ queryKey: guildsQuery.queryKey });
      },
      Math.max(settleMs, pauseMs),
    );
    return () => clearTimeout(timer);
  }, [known, away, queryClient]);
}
