/** The REST API's errors: `{code, message, errors?}`. https://docs.discord.com/developers/reference#error-messages */
import { json, Refusal } from '../http/answer.ts';

/** Discord's numbers and words. https://docs.discord.com/developers/topics/opcodes-and-status-codes#json */
const errors = {
  unauthorized: [401, 0, '401: Unauthorized'],
  notFound: [404, 0, '404: Not Found'],
  methodNotAllowed: [405, 0, '405: Method Not Allowed'],
  unknownChannel: [404, 10003, 'Unknown Channel'],
  unknownGuild: [404, 10004, 'Unknown Guild'],
  unknownMember: [404, 10007, 'Unknown Member'],
  unknownMessage: [404, 10008, 'Unknown Message'],
  unknownUser: [404, 10013, 'Unknown User'],
  unknownWebhook: [404, 10015, 'Unknown Webhook'],
  unknownInteraction: [404, 10062, 'Unknown interaction'],
  unknownCommand: [404, 10063, 'Unknown application command'],
  botsNotAllowed: [403, 20001, 'Bots cannot use this endpoint'],
  notThisApplication: [
    403,
    20012,
    'You are not authorized to perform this action on this application',
  ],
  tooManyCommands: [400, 30032, 'Maximum number of application commands reached (100)'],
  alreadyAcknowledged: [400, 40060, 'Interaction has already been acknowledged.'],
  missingAccess: [403, 50001, 'Missing Access'],
  foreignMessage: [403, 50005, 'Cannot edit a message authored by another user'],
  fileTooLarge: [413, 40005, 'Request entity too large'],
  emptyMessage: [400, 50006, 'Cannot send an empty message'],
  notTextChannel: [400, 50008, 'Cannot send messages in a non-text channel'],
  missingPermissions: [403, 50013, 'Missing Permissions'],
  missingScope: [403, 50026, 'Missing required OAuth2 scope'],
  invalidWebhookToken: [401, 50027, 'Invalid Webhook Token'],
  tooManyFiles: [400, 30015, 'Maximum number of attachments in a message reached (10)'],
  unknownCommandPermissions: [404, 10066, 'Unknown application command permissions'],
  invalidForm: [400, 50035, 'Invalid Form Body'],
  invalidJson: [400, 50109, 'The request body contains invalid JSON.'],
} as const satisfies Record<string, readonly [number, number, string]>;

export type ApiErrorName = keyof typeof errors;

/** A refusal to be thrown. */
export function apiError(name: ApiErrorName): Refusal {
  const [status, code, message] = errors[name];
  return new Refusal(json(status, { message, code }));
}

/** What is wrong with one field. `path` leads to it; numbers are positions in lists. */
export type FieldProblem = { path: readonly PropertyKey[]; code: string; message: string };

const errorsKey = '_errors';

/** "Invalid Form Body", each problem nested where its field is. */
export function formError(problems: readonly FieldProblem[]): Refusal {
  const nested: Record<string, unknown> = {};
  for (const { path, code, message } of problems) {
    let place = nested;
    for (const key of path) place = (place[String(key)] ??= {}) as Record<string, unknown>;
    ((place[errorsKey] ??= []) as unknown[]).push({ code, message });
  }
  return new Refusal(json(400, { message: 'Invalid Form Body', code: 50035, errors: nested }));
}
