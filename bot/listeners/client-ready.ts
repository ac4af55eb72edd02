import { Events } from 'discord.js';
import type { Listener } from './listener.ts';

/** All shards have their servers, or have waited long enough for them. */
export const clientReady: Listener = (client, { log }) => {
  client.once(Events.ClientReady, ({ user, ws: { shards } }) =>
    log.info({ bot: user.username, shards: shards.size }, 'connected to Discord'),
  );
};
