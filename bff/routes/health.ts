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

/** `GET /readyz`: storage can be reached. The bot's state is told, and why it is away, but not required: pages work without it. */
export function readyz({ database, bot }: Services): Middleware {
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
