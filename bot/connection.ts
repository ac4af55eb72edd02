/**
 * The connection to Discord: logs in, keeps trying while Discord is away, and tells the guild index what each shard
 * says. discord.js is known here, in client.ts and in the listeners, and nowhere else.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { DiscordjsError, DiscordjsErrorCodes, Status } from 'discord.js';
import { userAvatarUrl } from '../shared/discord.ts';
import type { BotIdentity } from '../shared/ipc.ts';
import { createClient } from './client.ts';
import type { BotEnv } from './env.ts';
import type { GuildIndex } from './guild-index.ts';
import type { DiscordState } from './handlers.ts';
import { clientReady } from './listeners/client-ready.ts';
import { error } from './listeners/error.ts';
import { guildCreate } from './listeners/guild-create.ts';
import { guildDelete } from './listeners/guild-delete.ts';
import type { Context, Listener } from './listeners/listener.ts';
import { ready } from './listeners/ready.ts';
import { resumed } from './listeners/resumed.ts';
import { shardDisconnect } from './listeners/shard-disconnect.ts';
import { shardError } from './listeners/shard-error.ts';
import { shardReady } from './listeners/shard-ready.ts';
import { shardReconnecting } from './listeners/shard-reconnecting.ts';
import { userUpdate } from './listeners/user-update.ts';
import { warn } from './listeners/warn.ts';
import type { Logger } from './log.ts';
import { DiscordRefusedError, refusedToken } from './refusals.ts';

const firstRetryMs = 500;
const lastRetryMs = 30_000;

const listeners: readonly Listener[] = [
  ready,
  resumed,
  guildCreate,
  guildDelete,
  userUpdate,
  clientReady,
  shardReady,
  shardReconnecting,
  shardDisconnect,
  shardError,
  error,
  warn,
];

export type DiscordConnection = DiscordState & {
  /**
   * Logs in, and resolves once every shard is on its way; from then on each reconnects by itself. Waits as long as
   * Discord is away. Throws {@link DiscordRefusedError} when the token is refused.
   */
  login(): Promise<void>;
  /** Rejects with `DiscordRefusedError` or `ShardLostError` when a shard has been closed for good. */
  readonly lost: Promise<never>;
  close(): Promise<void>;
};

/** Prepares the connection. `identityChanged` is called when Discord names the bot, and whenever it names it otherwise. */
export function createDiscordConnection(
  env: BotEnv,
  index: GuildIndex,
  log: Logger,
  identityChanged: (identity: BotIdentity) => void,
): DiscordConnection {
  const closing = new AbortController();
  const { promise: lost, reject: lose } = Promise.withResolvers<never>();
  lost.catch(() => {}); // heard by whoever awaits `lost`; without one it must not end the process
  let client = createClient(env);
  let identity: BotIdentity | null = null;

  const context: Context = {
    index,
    log,
    identify({ id, username, avatar }) {
      const before = identity;
      identity = { id, username, avatar_url: userAvatarUrl(env.cdnUrl, id, avatar) };
      if (before?.username !== username || before.avatar_url !== identity.avatar_url)
        identityChanged(identity);
    },
    lose,
    isClosing: () => closing.signal.aborted,
  };

  return {
    identity: () => identity,
    pingMs() {
      const pings = [...client.ws.shards.values()].flatMap(({ ping }) => knownPing(ping) ?? []);
      return pings.length > 0 ? pings.reduce((sum, ping) => sum + ping) / pings.length : null;
    },
    shards: () =>
      client.ws.shards.map(({ id, status, ping }) => ({
        id,
        status: Status[status],
        ping_ms: knownPing(ping),
        guild_count: index.countOnShard(id),
      })),
    async login() {
      for (let failures = 0; ; failures += 1) {
        for (const listen of listeners) listen(client, context);
        try {
          await client.login(env.token);
          return;
        } catch (err) {
          if (closing.signal.aborted) return;
          if (err instanceof DiscordjsError && err.code === DiscordjsErrorCodes.TokenInvalid)
            throw new DiscordRefusedError(refusedToken, { cause: err });
          const longest = Math.min(firstRetryMs * 2 ** failures, lastRetryMs);
          const retryInMs = Math.round(longest * (0.5 + Math.random() / 2));
          const reason = err instanceof Error ? err.message : err;
          log.warn({ reason, retryInMs }, 'Discord cannot be reached');
          await sleep(retryInMs, undefined, { signal: closing.signal }).catch(() => {}); // closing: the next line ends it
          if (closing.signal.aborted) return;
          client = createClient(env); // login destroys the client it fails with
        }
      }
    },
    lost,
    async close() {
      closing.abort();
      await client.destroy();
    },
  };
}

/** discord.js says -1 before the first heartbeat has come back. */
function knownPing(ping: number): number | null {
  return ping >= 0 ? ping : null;
}
