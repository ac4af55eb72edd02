/** Proof Key for Code Exchange, S256 only: the one method Discord takes. RFC 7636 */
import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether a text can be an S256 challenge: 32 bytes in base64url. */
export function isChallenge(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text);
}

/** Whether a verifier has the length and characters RFC 7636 §4.1 asks for, which Discord enforces. */
export function isVerifier(text: string): boolean {
  return /^[A-Za-z0-9._~-]{43,128}$/.test(text);
}

/** Whether a verifier is the one a challenge was made of. */
export function answersChallenge(verifier: string, challenge: string): boolean {
  const made = createHash('sha256').update(verifier, 'ascii').digest('base64url');
  return timingSafeEqual(Buffer.from(made), Buffer.from(challenge));
}
