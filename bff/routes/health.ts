import { sql } from 'kysely';
import type { BotLink } from '../bots/link.ts';
import { answer } from '../http/answer.ts';
import type { Middleware } from '../http/context.ts';
import { type Database, fromStorage } from '../storage/database.ts';

/** `GET /healthz`: the process is alive. */
export const healthz: Middleware = async function healthz(ctx) {
  answer(ctx, { status: 'ok' });
};

/** `GET /readyz`: storage can be reached. The bot's state is told, not required: pages work without it. */
export function readyz(database: Database, bot: BotLink): Middleware {
  return async function readyz(ctx) {
    await fromStorage(() =>
      sql`select count(*) from sessions where id_hash = ''`.execute(database),
    );
    answer(ctx, { status: 'ready', bot: bot.state().connected ? 'connected' : 'away' });
  };
}
