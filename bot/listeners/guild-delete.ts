import { GatewayDispatchEvents, type GatewayGuildDeleteDispatchData } from 'discord.js';
import type { Listener } from './listener.ts';

/** GUILD_DELETE: the bot left a server, or (`unavailable`) Discord has an outage there and the bot is still in it. */
export const guildDelete: Listener = ({ ws }, { index, log }) => {
  ws.on(GatewayDispatchEvents.GuildDelete, (guild: GatewayGuildDeleteDispatchData, shard) => {
    if (guild.unavailable) index.markUnavailable(shard, [guild.id]);
    else if (index.removeGuild(guild.id)) log.debug({ guild: guild.id }, 'guild left');
  });
};
