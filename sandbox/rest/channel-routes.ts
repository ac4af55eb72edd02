/** Channels and the messages in them. https://docs.discord.com/developers/resources/channel */
import { json, noContent } from '../http/answer.ts';
import { channelTypes } from '../payloads/guild-parts.ts';
import { botPayload } from '../payloads/user.ts';
import { compareSnowflakes } from '../world/snowflake.ts';
import { reachChannel, reachMessage, requireBotPermission } from './access.ts';
import { apiError } from './api-error.ts';
import { queryNumber, querySnowflake } from './body.ts';
import { messageBody, requireSomething } from './message-body.ts';
import type { Route } from './route.ts';
import { readWithFiles } from './uploads.ts';

export const channelRoutes: Route[] = [
  {
    for: 'bot',
    method: 'GET',
    path: '/channels/:channel_id',
    answer: ({ state, params }) => json(200, reachChannel(state, params.channel_id ?? '').channel),
  },
  {
    for: 'bot',
    method: 'GET',
    path: '/channels/:channel_id/messages',
    answer: ({ state, request, params }) => {
      const { guild, channel } = reachChannel(state, params.channel_id ?? '');
      requireBotPermission(guild, 'Read Message History');
      const limit = queryNumber(request, 'limit', { min: 1, max: 100, fallback: 50 });
      const before = querySnowflake(request, 'before');
      const after = querySnowflake(request, 'after');
      const between = state.messages
        .list(channel.id)
        .filter(
          ({ id }) =>
            (before === null || compareSnowflakes(id, before) < 0) &&
            (after === null || compareSnowflakes(id, after) > 0),
        );
      // Newest first; after a message, the ones next to it.
      const listed = after === null ? between.slice(-limit) : between.slice(0, limit);
      return json(200, listed.toReversed());
    },
  },
  {
    for: 'bot',
    method: 'POST',
    path: '/channels/:channel_id/messages',
    limit: { requests: 5, windowMs: 5_000 },
    answer: ({ state, request, params }) => {
      const { guild, channel } = reachChannel(state, params.channel_id ?? '');
      requireBotPermission(guild, 'Send Messages');
      if (channel.type === channelTypes.category) throw apiError('notTextChannel');
      const { body, files } = readWithFiles(request, messageBody);
      requireSomething(body, files);
      const reply = body.message_reference?.message_id;
      const original = reply === undefined ? null : state.messages.find(channel.id, reply);
      if (reply !== undefined && !original && body.message_reference?.fail_if_not_exists !== false)
        throw apiError('unknownMessage');
      const message = state.messages.create(channel.id, botPayload(state.config), body, {
        attachments: state.attachments.add(channel.id, files, body.attachments),
        ...(body.nonce === undefined || body.nonce === null ? {} : { nonce: body.nonce }),
        ...(original
          ? {
              type: 19, // a reply
              mentions: [original.author],
              message_reference: {
                type: 0,
                channel_id: channel.id,
                message_id: original.id,
                guild_id: guild.id,
              },
            }
          : {}),
      });
      state.gateway.publishMessage('MESSAGE_CREATE', guild.id, message);
      return json(200, message);
    },
  },
  {
    for: 'bot',
    method: 'GET',
    path: '/channels/:channel_id/messages/:message_id',
    answer: ({ state, params }) => json(200, reachMessage(state, params).message),
  },
  {
    for: 'bot',
    method: 'PATCH',
    path: '/channels/:channel_id/messages/:message_id',
    answer: ({ state, request, params }) => {
      const { guild, message } = reachMessage(state, params);
      if (message.author.id !== state.config.clientId) throw apiError('foreignMessage');
      const { body, files } = readWithFiles(request, messageBody);
      const edited = state.messages.edit(
        message,
        body,
        state.attachments.add(message.channel_id, files, body.attachments),
      );
      state.gateway.publishMessage('MESSAGE_UPDATE', guild.id, edited);
      return json(200, edited);
    },
  },
  {
    for: 'bot',
    method: 'DELETE',
    path: '/channels/:channel_id/messages/:message_id',
    answer: ({ state, params }) => {
      const { guild, message } = reachMessage(state, params);
      if (message.author.id !== state.config.clientId)
        requireBotPermission(guild, 'Manage Messages');
      state.messages.delete(message);
      state.gateway.publishMessageDeleted(guild.id, message.channel_id, message.id);
      return noContent();
    },
  },
];
