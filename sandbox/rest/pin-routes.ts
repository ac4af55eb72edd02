/** Pinned messages. https://docs.discord.com/developers/resources/message#get-channel-pins */
import { json, noContent } from '../http/answer.ts';
import type { Guild } from '../world/guild.ts';
import { reachChannel, reachMessage, requireBotPermission } from './access.ts';
import { formError } from './api-error.ts';
import { queryNumber } from './body.ts';
import type { Call, Route } from './route.ts';

const maxListed = 50;

/** Pinning and unpinning under the path of today and the older one. */
const changesUnder = (path: string): Route[] =>
  (['PUT', 'DELETE'] as const).map((method) => ({
    for: 'bot',
    method,
    path: `${path}/:message_id`,
    answer: (call) => {
      setPinned(call, method === 'PUT');
      return noContent();
    },
  }));

export const pinRoutes: Route[] = [
  {
    for: 'bot',
    method: 'GET',
    path: '/channels/:channel_id/messages/pins',
    answer: (call) => {
      const limit = queryNumber(call.request, 'limit', {
        min: 1,
        max: maxListed,
        fallback: maxListed,
      });
      const before = queryTime(call, 'before');
      const pins = listPins(call).filter(({ pinned_at }) => Date.parse(pinned_at) < before);
      return json(200, { items: pins.slice(0, limit), has_more: pins.length > limit });
    },
  },
  {
    for: 'bot',
    method: 'GET',
    path: '/channels/:channel_id/pins',
    answer: (call) =>
      json(
        200,
        listPins(call).map(({ message }) => message),
      ),
  },
  ...changesUnder('/channels/:channel_id/messages/pins'),
  ...changesUnder('/channels/:channel_id/pins'),
];

function listPins({ state, params }: Call) {
  const { guild, channel } = reachChannel(state, params.channel_id ?? '');
  requireBotPermission(guild, 'Read Message History');
  return state.messages.pins(channel.id);
}

function setPinned({ state, params }: Call, pinned: boolean): void {
  const { guild, message } = reachMessage(state, params);
  requireBotPermission(guild, 'Pin Messages');
  if (message.pinned === pinned) return;
  state.messages.setPinned(message, pinned);
  state.gateway.publishMessage('MESSAGE_UPDATE', guild.id, message);
  tellPins(state, guild, message.channel_id);
}

function tellPins({ gateway, messages }: Call['state'], guild: Guild, channelId: string): void {
  gateway.publishPins(guild.id, channelId, messages.pins(channelId)[0]?.pinned_at ?? null);
}

/** A moment from the query in milliseconds; the end of time where none is given. */
function queryTime({ request }: Call, name: string): number {
  const text = request.query.get(name);
  if (text === null) return Infinity;
  const time = Date.parse(text);
  if (Number.isNaN(time))
    throw formError([
      {
        path: [name],
        code: 'DATETIME_TYPE_PARSE',
        message: `Could not parse ${text}. Should be ISO8601.`,
      },
    ]);
  return time;
}
