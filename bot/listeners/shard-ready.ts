import { Events } from 'discord.js';
import type { Listener } from './listener.ts';

/** What a shard still misses some time after its READY is out of order on Discord's side. */
export const shardReady: Listener = (client, { index }) => {
  client.on(Events.ShardReady, (shard, missing) => index.markUnavailable(shard, missing ?? []));
};
