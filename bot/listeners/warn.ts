import { Events } from 'discord.js';
import type { Listener } from './listener.ts';

/** discord.js has something to say to whoever wrote this. */
export const warn: Listener = (client, { log }) => {
  client.on(Events.Warn, (message) => log.warn({ message }, 'discord.js warned'));
};
