import { GatewayDispatchEvents, type GatewayUserUpdateDispatchData } from 'discord.js';
import type { Listener } from './listener.ts';

/** USER_UPDATE: the bot has another name or picture. */
export const userUpdate: Listener = ({ ws }, { identify }) => {
  ws.on(GatewayDispatchEvents.UserUpdate, (user: GatewayUserUpdateDispatchData) => identify(user));
};
