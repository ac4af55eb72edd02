import { sql } from 'kysely';
import { answer } from '../answer.ts';
import type { Middleware } from '../context.ts';
import type { Services } from '../services.ts';
import { fromStorage } from '../storage/database.ts';

/** `GET /healthz`: the process is alive. */
export function healthz(): Middleware {
  return async function healthz(ctx) {
    answer(ctx, { status: 'ok' });
  };
}

/** `GET /readyz`: storage can be reached. The bot's state is told, not required: pages work without it. */
export function readyz({ database, bot }: Services): Middleware {
  return async function readyz(ctx) {
    await fromStorage(() =>
      sql`select count(*) from sessions where id_hash = ''`.execute(database),
    );
    answer(ctx, { status: 'ready', bot: bot.state().connected ? 'connected' : 'away' });
  };
}
