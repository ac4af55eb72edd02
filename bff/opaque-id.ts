/** Ids that mean nothing: what a cookie carries, and what is stored of it. */
import { createHash, randomBytes } from 'node:crypto';

/** A random id of 256 bits, base64url. What is stored of it is its {@link hashId}. */
export function randomId(): string {
  return randomBytes(32).toString('base64url');
}

/** SHA-256 in base64url. The ids are random, so no salt is needed. */
export function hashId(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}
