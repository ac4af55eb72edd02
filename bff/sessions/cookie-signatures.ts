/**
 * Signs cookies and checks their signatures, in the shape Koa wants of `app.keys`. Keygrip's defaults are SHA-1 and a
 * comparison that costs three digests a cookie; this is SHA-256, one digest, compared in constant time.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** What Koa's cookies ask of their keys. */
export type CookieSignatures = {
  sign(data: string): string;
  /** Which key made the signature, 0 being the newest; -1 when none did. Koa signs anew what an older key signed. */
  index(data: string, signature: string): number;
  verify(data: string, signature: string): boolean;
};

/** How many good signatures are remembered, so that a browser's next requests cost no digest. */
const maxRemembered = 10_000;
/** Nothing longer than our own cookies is worth a digest. */
const maxDataLength = 256;

/** Makes the signatures from `keys`, newest first. */
export function createCookieSignatures(keys: readonly string[]): CookieSignatures {
  const good = new LRUCache<string, number>({ max: maxRemembered });

  function index(data: string, signature: string): number {
    if (data.length > maxDataLength) return -1;
    const remembered = good.get(`${data} ${signature}`);
    if (remembered !== undefined) return remembered;
    const given = Buffer.from(signature);
    const found = keys.findIndex((key) => {
      const right = Buffer.from(digest(key, data));
      return right.length === given.length && timingSafeEqual(right, given);
    });
    if (found !== -1) good.set(`${data} ${signature}`, found);
    return found;
  }

  return {
    sign: (data) => digest(keys[0] ?? '', data),
    index,
    verify: (data, signature) => index(data, signature) !== -1,
  };
}

function digest(key: string, data: string): string {
  return createHmac('sha256', key).update(data).digest('base64url');
}
