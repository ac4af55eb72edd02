/** How a client proves itself at the token and revocation endpoints: HTTP Basic or the form, not both. RFC 6749 §2.3.1 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Config } from '../config.ts';
import { parameter } from '../http/form.ts';
import type { SandboxRequest } from '../http/request.ts';
import { oauthError } from './error.ts';

/** Throws unless the request proves itself to come from our application. */
export function authenticateClient(
  config: Config,
  request: SandboxRequest,
  form: URLSearchParams,
): void {
  const basic = readBasic(request.headers.authorization);
  const inForm = { id: parameter(form, 'client_id'), secret: parameter(form, 'client_secret') };
  if (basic && inForm.secret !== null)
    throw oauthError('invalid_request', 'The client authenticated in two ways at once.');
  if (basic && inForm.id !== null && inForm.id !== basic.id)
    throw oauthError('invalid_request', 'Two different values for "client_id".');
  const { id, secret } = basic ?? inForm;
  if (!sameText(id ?? '', config.clientId) || !sameText(secret ?? '', config.clientSecret))
    throw oauthError('invalid_client');
}

/** Compares two texts in a time that tells nothing of where they differ. */
export function sameText(left: string, right: string): boolean {
  return timingSafeEqual(digest(left), digest(right));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Id and secret of a Basic header, each form-decoded as RFC 6749 asks; null when there is no such header. */
function readBasic(header: string | undefined): { id: string; secret: string } | null {
  if (header === undefined) return null;
  const encoded = /^basic +([A-Za-z0-9+/]+=*)$/i.exec(header)?.[1];
  if (encoded === undefined) throw oauthError('invalid_client');
  const [id = '', ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  try {
    return { id: formDecode(id), secret: formDecode(secret.join(':')) };
  } catch (error) {
    if (error instanceof URIError) throw oauthError('invalid_client');
    throw error;
  }
}

function formDecode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
