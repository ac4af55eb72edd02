import { GatewayDispatchEvents, type GatewayGuildCreateDispatchData } from 'discord.js';
import type { Listener } from './listener.ts';

/** GUILD_CREATE: the bot joined a server, or one that READY named has arrived, or is back after an outage. */
export const guildCreate: Listener = ({ ws }, { index, log }) => {
  ws.on(GatewayDispatchEvents.GuildCreate, (guild: GatewayGuildCreateDispatchData, shard) => {
    if (guild.unavailable) index.markUnavailable(shard, [guild.id]);
    else if (index.addGuild(shard, guild.id)) log.debug({ guild: guild.id }, 'guild joined');
  });
};
