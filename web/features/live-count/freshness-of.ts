import type { GuildCountAnswer } from '../../../shared/http.ts';
import type { Connection } from './live-count.ts';

/** What can be said of the count's age, the gravest first. */
export type Freshness = 'offline' | 'connecting' | 'away' | 'lost' | 'polling' | 'live';

/** Judges how far the count can be trusted. `away`: the bot is gone and this is what it last said. */
export function freshnessOf(
  answer: GuildCountAnswer | undefined,
  connection: Connection,
  online: boolean,
): Freshness {
  if (!answer) return 'connecting';
  if (!online) return 'offline';
  if (answer.stale) return 'away';
  return connection;
}
