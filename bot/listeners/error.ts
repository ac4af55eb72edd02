import { Events } from 'discord.js';
import type { Listener } from './listener.ts';

/** discord.js has failed at something; without a listener this would end the process. */
export const error: Listener = (client, { log }) => {
  client.on(Events.Error, (err) => log.error({ err }, 'discord.js reported an error'));
};
