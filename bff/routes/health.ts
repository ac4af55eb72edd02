import { sql } from 'kysely';
import type { BotLink } from '../bots/link.ts';
import { answer } from '../http/answer.ts';
import type { Middleware } from '../http/context.ts';
import { type Database, fromStorage } from '../storage/database.ts';

/** `GET /healthz`: the process is alive. */
export const healthz: Middleware = function healthz(ctx) {
  answer(ctx, { status: 'ok' });
};

/** `GET /readyz`: storage can be reached. The bot's state is told, and why it is away, but not required: pages work without it. */
export function readyz(database: Database, bot: BotLink): Middleware {
  return async function readyz(ctx) {
    await fromStorage(() =>
      sql`select count(*) from sessions where id_hash = ''`.execute(database),
    );
    const { away } = bot.state();
    answer(ctx, {
      status: 'ready',
      bot: away === null ? 'connected' : 'away',
      ...(away !== null && { bot_reason: away.reason }),
    });
  };
}
