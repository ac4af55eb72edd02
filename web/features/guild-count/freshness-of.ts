import type { GuildCountAnswer } from '../../../shared/http.ts';
import type { Connection } from './follow-guild-count.ts';

/** What can be said of the count's age, the gravest first. */
export type Freshness = 'offline' | 'connecting' | 'away' | 'behind' | 'lost' | 'polling' | 'live';

/**
 * Judges how far the count can be trusted. `away`: the bot is gone and this is what it last said. `behind`: the bot is
 * there, but does not hear from all of Discord just now.
 */
export function freshnessOf(
  answer: GuildCountAnswer | undefined,
  connection: Connection,
  online: boolean,
): Freshness {
  if (!answer) return 'connecting';
  if (!online) return 'offline';
  if (answer.stale) return 'away';
  if (answer.shards.ready < answer.shards.total) return 'behind';
  return connection;
}
