/** The control API's errors: `{error: {code, message}}`. */
import { json, Refusal } from '../http/answer.ts';

const statuses = {
  invalid_body: 400,
  not_loopback: 403,
  cross_site: 403,
  not_found: 404,
  method_not_allowed: 405,
  bot_not_there: 409,
  bot_not_connected: 409,
  unknown_command: 409,
} as const;

export function controlError(code: keyof typeof statuses, message: string): Refusal {
  return new Refusal(json(statuses[code], { error: { code, message } }));
}
