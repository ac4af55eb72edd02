/** What a listener gets to work with. Each lives in a file named for the one event it hears. */
import type { APIUser, Client } from 'discord.js';
import type { GuildIndex } from '../guild-index.ts';
import type { Logger } from '../log.ts';

export type Context = {
  index: GuildIndex;
  log: Logger;
  /** Takes who the bot is, as Discord says. */
  identify(user: APIUser): void;
  /** Ends the connection for good, for a reason that reconnecting does not mend. */
  lose(reason: Error): void;
  /** We are hanging up ourselves. */
  isClosing(): boolean;
};

/** Puts itself on a client. */
export type Listener = (client: Client, context: Context) => void;
