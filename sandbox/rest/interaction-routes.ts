/**
 * Answering interactions. No token of the bot is asked for: the one in the path is the key.
 * https://docs.discord.com/developers/interactions/receiving-and-responding
 */
import * as z from 'zod';
import { json, noContent } from '../http/answer.ts';
import { botPayload, userPayload } from '../payloads/user.ts';
import type { State } from '../state.ts';
import { apiError } from './api-error.ts';
import { judge, queryFlag } from './body.ts';
import type { Interaction } from './interaction-registry.ts';
import { ephemeralFlag, loadingFlag, messageBody, requireSomething } from './message-body.ts';
import type { Message } from './message-store.ts';
import type { Call, Route } from './route.ts';
import { readWithFiles, type Upload } from './uploads.ts';

/** What the first answer to a command may be: a message, the promise of one, or a form to fill in. */
const callbackTypes = { message: 4, deferredMessage: 5, modal: 9 } as const;

const callbackBody = z.object({
  type: z.literal(Object.values(callbackTypes)),
  data: z.unknown().optional(),
});
const deferredData = z.object({ flags: z.int().nonnegative().nullish() }).nullish();
const modalData = z.looseObject({
  custom_id: z.string().min(1).max(100),
  title: z.string().min(1).max(45),
  components: z
    .array(z.looseObject({ type: z.int() }))
    .min(1)
    .max(40),
});

const webhookPath = '/webhooks/:application_id/:interaction_token';

export const interactionRoutes: Route[] = [
  {
    for: 'anyone',
    method: 'POST',
    path: '/interactions/:interaction_id/:interaction_token/callback',
    answer: ({ state, request, params }) => {
      const { interaction_id = '', interaction_token = '' } = params;
      const interaction = state.interactions.findForCallback(interaction_id, interaction_token);
      if (!interaction) throw apiError('unknownInteraction');
      if (interaction.acknowledged) throw apiError('alreadyAcknowledged');
      const { body, files } = readWithFiles(request, callbackBody);
      acknowledge(state, interaction, body, files);
      interaction.acknowledged = true;
      return queryFlag(request, 'with_response')
        ? json(200, callbackPayload(interaction, body.type))
        : noContent();
    },
  },
  {
    for: 'anyone',
    method: 'POST',
    path: webhookPath,
    answer: (call) => {
      const interaction = reachInteraction(call);
      const { body, files } = readWithFiles(call.request, messageBody);
      requireSomething(body, files);
      // The first follow-up of a promised answer is that answer.
      const { original } = interaction;
      const message =
        original && isLoading(original)
          ? fillIn(call.state, interaction, original, body, files)
          : write(call.state, interaction, body, files);
      return json(200, message);
    },
  },
  {
    for: 'anyone',
    method: 'GET',
    path: `${webhookPath}/messages/:message_id`,
    answer: (call) => json(200, reachAnswer(call).message),
  },
  {
    for: 'anyone',
    method: 'PATCH',
    path: `${webhookPath}/messages/:message_id`,
    answer: (call) => {
      const { interaction, message } = reachAnswer(call);
      const { body, files } = readWithFiles(call.request, messageBody);
      return json(200, fillIn(call.state, interaction, message, body, files));
    },
  },
  {
    for: 'anyone',
    method: 'DELETE',
    path: `${webhookPath}/messages/:message_id`,
    answer: (call) => {
      const { interaction, message } = reachAnswer(call);
      call.state.messages.delete(message);
      if (interaction.original === message) interaction.original = null;
      if (!isEphemeral(message))
        call.state.gateway.publishMessageDeleted(
          interaction.guild.id,
          message.channel_id,
          message.id,
        );
      return noContent();
    },
  },
];

function acknowledge(
  state: State,
  interaction: Interaction,
  { type, data }: z.infer<typeof callbackBody>,
  files: readonly Upload[],
): void {
  switch (type) {
    case callbackTypes.message: {
      const body = judge(data ?? {}, messageBody);
      requireSomething(body, files);
      interaction.original = write(state, interaction, body, files);
      return;
    }
    case callbackTypes.deferredMessage: {
      const flags = (judge(data, deferredData)?.flags ?? 0) | loadingFlag;
      interaction.original = write(state, interaction, { flags }, []);
      return;
    }
    case callbackTypes.modal:
      judge(data, modalData);
      return;
  }
}

/** Writes an answer into the interaction's channel. */
function write(
  state: State,
  interaction: Interaction,
  body: z.infer<typeof messageBody>,
  files: readonly Upload[],
): Message {
  const message = state.messages.create(interaction.channelId, botPayload(state.config), body, {
    attachments: state.attachments.add(interaction.channelId, files, body.attachments),
    type: interaction.original ? 0 : 20, // the answer to a command
    application_id: state.config.clientId,
    webhook_id: state.config.clientId,
    interaction_metadata: {
      id: interaction.id,
      type: 2,
      user: userPayload(interaction.person),
      authorizing_integration_owners: { '0': interaction.guild.id },
    },
  });
  if (!isEphemeral(message))
    state.gateway.publishMessage('MESSAGE_CREATE', interaction.guild.id, message);
  return message;
}

/** Changes an answer; one that was only promised is no longer being made. */
function fillIn(
  state: State,
  interaction: Interaction,
  message: Message,
  body: z.infer<typeof messageBody>,
  files: readonly Upload[],
): Message {
  message.flags &= ~loadingFlag;
  const added = state.attachments.add(message.channel_id, files, body.attachments);
  state.messages.edit(message, body, added);
  if (!isEphemeral(message))
    state.gateway.publishMessage('MESSAGE_UPDATE', interaction.guild.id, message);
  return message;
}

function callbackPayload(interaction: Interaction, type: number) {
  const { original } = interaction;
  return {
    interaction: {
      id: interaction.id,
      type: 2,
      channel_id: interaction.channelId,
      guild_id: interaction.guild.id,
      ...(original
        ? {
            response_message_id: original.id,
            response_message_loading: isLoading(original),
            response_message_ephemeral: isEphemeral(original),
          }
        : {}),
    },
    ...(type === callbackTypes.message ? { resource: { type, message: original } } : {}),
  };
}

function reachInteraction({ state, params }: Call): Interaction {
  if (params.application_id !== state.config.clientId) throw apiError('unknownWebhook');
  const interaction = state.interactions.findByToken(params.interaction_token ?? '');
  if (!interaction) throw apiError('invalidWebhookToken');
  if (!interaction.acknowledged) throw apiError('unknownWebhook');
  return interaction;
}

function reachAnswer(call: Call): { interaction: Interaction; message: Message } {
  const interaction = reachInteraction(call);
  const id = call.params.message_id ?? '';
  const message =
    id === '@original' ? interaction.original : call.state.messages.find(interaction.channelId, id);
  if (!message || message.webhook_id !== call.state.config.clientId)
    throw apiError('unknownMessage');
  return { interaction, message };
}

function isEphemeral({ flags }: Message): boolean {
  return (flags & ephemeralFlag) !== 0;
}

function isLoading({ flags }: Message): boolean {
  return (flags & loadingFlag) !== 0;
}
