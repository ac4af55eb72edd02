/**
 * The HTTP contract between the BFF and whoever calls it: answers, envelope, error codes. The BFF checks
 * what it reads back from storage with the schema; the SPA takes only the types, so that no validator reaches it.
 */
import * as z from 'zod';
import type { BotIdentity, GuildCount } from './ipc.ts';

/** Every code an error envelope under `/api` may carry. Stable: clients branch on these, never on the message. */
export type ApiErrorCode =
  | 'bad_request'
  | 'doubled_cookie'
  | 'not_signed_in'
  | 'csrf_required'
  | 'cross_site'
  | 'missing_scope'
  | 'discord_not_connected'
  | 'not_found'
  | 'method_not_allowed'
  | 'payload_too_large'
  | 'rate_limited'
  | 'too_many_streams'
  | 'bot_unavailable'
  | 'discord_unavailable'
  | 'storage_unavailable'
  | 'not_implemented'
  | 'internal_error';

/** Every code `/discord/dashboard?error=` may carry after a login that did not work. */
export const loginErrorCodes = [
  'access_denied', // the person pressed Cancel
  'login_expired', // no login of this browser is waiting for this answer: too late, replayed, or started elsewhere
  'login_failed', // the answer did not fit the login
  'missing_scope', // the person or Discord left out a permission we need
  'misconfigured', // Discord does not accept our client id, secret or redirect URI
  'discord_unavailable',
  'storage_unavailable',
  'rate_limited',
  'internal_error',
] as const;
export type LoginErrorCode = (typeof loginErrorCodes)[number];

/** The body of every success. */
export type Success<T> = { data: T; version: string };
/** The body of every failure. */
export type Failure = { error: { code: ApiErrorCode; message: string }; version: string };

/** `GET /api/guild-count`, and the data of each `guild-count` event. `stale`: the bot is away, this is what it last said. */
export type GuildCountAnswer = GuildCount & { stale: boolean };

/** `GET /api/bot`. `avatar_url` is on our own origin; `invite_url` adds the bot to a server of one's choice. */
export type BotAnswer = BotIdentity & { invite_url: string };

/** The signed-in person, as far as the pages need them. `nickname` is Discord's `global_name`. */
export const sessionUser = z.object({
  id: z.string(),
  username: z.string(),
  nickname: z.string().nullable(),
  avatar_url: z.string().nullable(),
  locale: z.string().nullable(),
});
export type SessionUser = z.infer<typeof sessionUser>;

/** `GET /api/session`. */
export type SessionAnswer = { user: SessionUser | null };

/** One of the person's servers. `bot_present` and `invite_url` are null while the bot is away. */
export type GuildAnswer = {
  id: string;
  name: string;
  icon: string | null;
  icon_url: string | null;
  owner: boolean;
  permissions: string;
  features: string[];
  approximate_member_count: number | null;
  can_manage: boolean;
  bot_present: boolean | null;
  invite_url: string | null;
};

/** `GET /api/guilds`. `stale`: Discord did not answer, this is what it last said, at `as_of`. */
export type GuildsAnswer = { guilds: GuildAnswer[]; as_of: string; stale: boolean };

/** One of the person's own sessions. `id` names it for `DELETE /api/sessions/:id` and opens nothing. */
export type SessionSummary = {
  id: string;
  browser: string | null;
  first_seen: string;
  last_seen: string;
  current: boolean;
};

/** `GET /api/sessions`, the most recently used first. */
export type SessionsAnswer = { sessions: SessionSummary[] };

/** `GET /api/authorize-url`. */
export type AuthorizeUrlAnswer = { authorization_url: string };
