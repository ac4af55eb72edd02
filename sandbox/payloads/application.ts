/** The application as Discord describes it. https://docs.discord.com/developers/resources/application */
import { createHash } from 'node:crypto';
import type { Config } from '../config.ts';
import { scopeNames } from '../oauth/scopes.ts';
import { samplePeople } from '../world/people.ts';
import { botAvatar, botPayload, userPayload } from './user.ts';

/** The hash of the application's picture. It is the bot's, as Discord has it until another is set. */
export const applicationIcon = botAvatar;

/** The application to everyone. */
export function applicationPayload(config: Config, flags: number) {
  return {
    id: config.clientId,
    name: 'Sandbox Bot',
    icon: applicationIcon,
    description: 'The application of the sandbox.',
    type: null,
    flags,
    flags_new: String(flags),
    bot: botPayload(config),
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: createHash('sha256').update(config.clientId).digest('hex'),
    install_params: { scopes: ['bot', 'applications.commands'], permissions: '0' },
    integration_types_config: { '0': {} },
    tags: [],
  };
}

/** The application to its own bot: what a set-up check wants to know, the registered redirect URIs among it. */
export function ownApplicationPayload(
  config: Config,
  flags: number,
  counts: { guilds: number; authorizations: number },
) {
  return {
    ...applicationPayload(config, flags),
    owner: userPayload(samplePeople.owner),
    team: null,
    redirect_uris: config.redirectUris,
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    event_webhooks_url: null,
    event_webhooks_status: 1,
    explicit_content_filter: 0,
    max_participants: null,
    approximate_guild_count: counts.guilds,
    approximate_user_install_count: 0,
    approximate_user_authorization_count: counts.authorizations,
    eligible_oauth2_scopes: scopeNames,
  };
}
