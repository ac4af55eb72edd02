/** The authorization server's description of itself. RFC 8414 */
import { json, type Answer } from '../http/answer.ts';
import type { State } from '../state.ts';
import { scopeNames } from './scopes.ts';

export function answerMetadata({ config, settings }: State): Answer {
  return json(200, {
    issuer: config.publicUrl,
    authorization_endpoint: `${config.publicUrl}/oauth2/authorize`,
    token_endpoint: `${config.publicUrl}/api/oauth2/token`,
    revocation_endpoint: `${config.publicUrl}/api/oauth2/token/revoke`,
    scopes_supported: scopeNames,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: settings.send_iss,
  });
}
