import { Events, GatewayCloseCodes } from 'discord.js';
import { DiscordRefusedError, refusedToken, ShardLostError } from '../refusals.ts';
import type { Listener } from './listener.ts';

/** What to tell the owner for the close codes that blame the configuration. The others are cured by a fresh start. */
const refusals = new Map<number, string>([
  [GatewayCloseCodes.AuthenticationFailed, refusedToken],
  [GatewayCloseCodes.InvalidIntents, 'Discord does not know the intents this bot asks for.'],
  [
    GatewayCloseCodes.DisallowedIntents,
    'Discord does not allow this bot the intents it asks for. Allow them in the developer portal (Bot, Privileged Gateway Intents).',
  ],
]);

/** Discord has closed a shard for good. */
export const shardDisconnect: Listener = (client, { index, lose }) => {
  client.on(Events.ShardDisconnect, ({ code }, shard) => {
    index.loseShard(shard);
    const refusal = refusals.get(code);
    lose(
      refusal === undefined
        ? new ShardLostError(`Discord closed shard ${shard} for good (${code}).`)
        : new DiscordRefusedError(refusal),
    );
  });
};
