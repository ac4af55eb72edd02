import { GatewayDispatchEvents } from 'discord.js';
import type { Listener } from './listener.ts';

/** RESUMED: a shard has its session back, and all it missed has been replayed. */
export const resumed: Listener = ({ ws }, { index, log }) => {
  ws.on(GatewayDispatchEvents.Resumed, (_, shard) => {
    index.resumeShard(shard);
    log.info({ shard }, 'shard resumed');
  });
};
