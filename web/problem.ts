/** Which of a handful of screens a failure deserves. Pages branch on this, never on an error's message. */
import { ApiError } from './api.ts';

/** The screens, by what went wrong and for whom. */
export type Problem =
  | 'signed_out'
  | 'session_ended'
  | 'not_allowed'
  | 'not_connected'
  | 'not_found'
  | 'bot_away'
  | 'discord_away'
  | 'slow_down'
  | 'unreachable'
  | 'broken';

const byCode: Partial<Record<ApiError['code'], Problem>> = {
  not_signed_in: 'signed_out',
  missing_scope: 'not_allowed',
  discord_not_connected: 'not_connected',
  csrf_required: 'not_allowed',
  cross_site: 'not_allowed',
  not_found: 'not_found',
  bot_unavailable: 'bot_away',
  discord_unavailable: 'discord_away',
  rate_limited: 'slow_down',
  too_many_streams: 'slow_down',
  unreachable: 'unreachable',
  timed_out: 'unreachable',
};

/** Names the problem behind an error; anything that is not an answer of the BFF is a bug of ours. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof ApiError)) return 'broken';
  const known = byCode[error.code];
  if (known) return known;
  // A proxy in front of the BFF answers without an envelope while the BFF restarts.
  if (error.code === 'unreadable' && error.status >= 502 && error.status <= 504)
    return 'unreachable';
  return 'broken';
}
