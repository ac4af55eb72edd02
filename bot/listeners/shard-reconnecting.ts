import { Events } from 'discord.js';
import type { Listener } from './listener.ts';

/** A shard has lost its connection, and tries again by itself. */
export const shardReconnecting: Listener = (client, { index, log, isClosing }) => {
  client.on(Events.ShardReconnecting, (shard) => {
    if (isClosing()) return;
    index.loseShard(shard);
    log.warn({ shard }, 'shard reconnecting');
  });
};
