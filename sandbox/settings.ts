/** What `PATCH /sandbox/settings` may change while the sandbox runs. */
import * as z from 'zod';

const seconds = z.number().nonnegative().max(31_536_000); // 1 year

export const settingsPatch = z.strictObject({
  access_token_ttl_seconds: seconds.optional(),
  code_ttl_seconds: seconds.optional(),
  require_pkce: z.boolean().optional(),
  revoke_kills_all: z.boolean().optional(),
  rotate_refresh_tokens: z.boolean().optional(),
  send_iss: z.boolean().optional(),
  privileged_intents: z
    .array(z.enum(['GUILD_MEMBERS', 'GUILD_PRESENCES', 'MESSAGE_CONTENT']))
    .optional(),
  heartbeat_interval_ms: z.int().min(100).max(3_600_000).optional(),
  interaction_deadline_ms: z.int().min(1).max(900_000).optional(),
});

export type Settings = Required<z.infer<typeof settingsPatch>>;

/** As a new application at Discord has it, as far as Discord says. */
export function defaultSettings(): Settings {
  return {
    access_token_ttl_seconds: 604_800, // 7 days
    code_ttl_seconds: 60,
    require_pkce: false,
    /** Revoking one token ends everything its person gave this application. */
    revoke_kills_all: true,
    rotate_refresh_tokens: true,
    /** Discord's metadata promises `iss` (RFC 9207); a client not configured for it must not be broken by it. */
    send_iss: false,
    /** The intents switched on in the developer portal; none, as for a new application. */
    privileged_intents: [],
    heartbeat_interval_ms: 41_250,
    interaction_deadline_ms: 3_000,
  };
}
