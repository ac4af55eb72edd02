import type { BotAnswer } from '../../shared/http.ts';
import type { BotIdentity, GuildCount } from '../../shared/ipc.ts';
import type { BotFacts } from './page-writer.ts';

type BotState = { connected: boolean; identity: BotIdentity | null; count: GuildCount | null };

/**
 * Turns what the bot's link says into what pages show. Gives the same object as long as a page would look the same: the
 * time of a count that is live moves all the time and is not shown.
 */
export function createBotFacts(
  state: () => BotState,
  present: (identity: BotIdentity) => BotAnswer,
): () => BotFacts {
  let seen: BotState | undefined;
  let facts: BotFacts = { bot: null, guildCount: null };
  let sign = '';
  return function botFacts() {
    const now = state();
    if (now === seen) return facts;
    seen = now;
    const bot = now.identity && present(now.identity);
    const guildCount = now.count && { ...now.count, stale: !now.connected };
    const isLive =
      guildCount && !guildCount.stale && guildCount.shards.ready === guildCount.shards.total;
    const newSign = JSON.stringify([bot, isLive ? { ...guildCount, as_of: '' } : guildCount]);
    if (newSign !== sign) {
      sign = newSign;
      facts = { bot, guildCount };
    }
    return facts;
  };
}
