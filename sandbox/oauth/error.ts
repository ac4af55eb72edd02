/** OAuth2's own errors, which are not those of the REST API: `{error, error_description}`. RFC 6749 §5.2 */
import { json, Refusal } from '../http/answer.ts';

/** The error codes of the token and revocation endpoints. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'unsupported_grant_type';

/** A refusal to be thrown. A client that could not prove itself gets 401 and is told how it may. */
export function oauthError(error: OAuthErrorCode, description?: string): Refusal {
  const unauthorized = error === 'invalid_client';
  const body = description === undefined ? { error } : { error, error_description: description };
  return new Refusal(
    json(unauthorized ? 401 : 400, body, {
      'cache-control': 'no-store',
      pragma: 'no-cache',
      ...(unauthorized ? { 'www-authenticate': 'Basic realm="sandbox"' } : {}),
    }),
  );
}
