import { Events } from 'discord.js';
import type { Listener } from './listener.ts';

/** A shard's connection failed, which the network does now and then. It tries again by itself. */
export const shardError: Listener = (client, { log }) => {
  client.on(Events.ShardError, ({ message }, shard) =>
    log.warn({ reason: message, shard }, 'shard error'),
  );
};
