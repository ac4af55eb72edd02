import { GatewayDispatchEvents, type GatewayReadyDispatchData } from 'discord.js';
import type { Listener } from './listener.ts';

/** READY: a shard begins a new session, and Discord says who we are and all its servers. */
export const ready: Listener = ({ ws }, { identify, index, log }) => {
  ws.on(GatewayDispatchEvents.Ready, ({ user, guilds }: GatewayReadyDispatchData, shard) => {
    identify(user);
    index.expectShards(ws.shards.keys());
    index.confirmShard(
      shard,
      guilds.map(({ id }) => id),
    );
    log.info({ shard, guilds: guilds.length }, 'shard ready');
  });
};
