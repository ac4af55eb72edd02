/** Where a login may lead: only to a page of our own. */
import { isPage } from '../../shared/pages.ts';

/** Where a login leads when it was not told, or was told something else than a page of ours. */
export const defaultNext = '/discord/guilds';

const maxLength = 512;
// Below 0x21 are the space and the control characters, some of which browsers drop before they read a URL.
// eslint-disable-next-line no-control-regex
const forbidden = /[\u0000-\u0020\u007f\\]/;

/**
 * The path to go to after a login: `wanted` when it is safe, the default page otherwise. Safe means: one string of at
 * most 512 characters that begins with exactly one slash, before and after one percent-decoding, holds no blank,
 * control character or backslash, resolves on our own origin, and is a page that exists.
 * @param wanted what the query string said, of any shape
 * @param publicUrl our origin
 */
export function safeNext(wanted: unknown, publicUrl: string): string {
  if (typeof wanted !== 'string' || wanted.length > maxLength) return defaultNext;
  const decoded = decodeOnce(wanted);
  if (decoded === undefined || !looksLocal(wanted) || !looksLocal(decoded)) return defaultNext;
  if (!URL.canParse(wanted, publicUrl)) return defaultNext;
  const url = new URL(wanted, publicUrl);
  if (url.origin !== publicUrl) return defaultNext;
  // Resolving `/.//x` leaves a path that begins with two slashes, which as a Location is another host: no page has it.
  if (!isPage(url.pathname)) return defaultNext;
  return url.pathname + url.search + url.hash;
}

function looksLocal(text: string): boolean {
  return text.startsWith('/') && !text.startsWith('//') && !forbidden.test(text);
}

function decodeOnce(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // not percent-encoded text; no page of ours has such a path
  }
}
