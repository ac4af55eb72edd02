/**
 * What lies ready in memory to be sent as it is: a built file or a written page, in each coding. Answering with one opens
 * no file and waits for nothing, so a download that breaks off leaves nothing behind.
 */
import { createHash } from 'node:crypto';
import type { Context } from './context.ts';
import { type Coding, codings, pickCoding } from './accept-encoding.ts';

export type Resource = {
  /** The media type. */
  type: string;
  /** `Cache-Control`. */
  cache: string;
  /** The request headers that decided what this is, beside the coding. */
  vary: readonly string[];
  /** Names the content; what differs by one byte has another. */
  tag: string;
  codings: readonly Coding[];
  read(coding: Coding): Buffer;
};

/** A short name for bytes: the first 128 bits of their SHA-256. */
export function tagOf(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
}

/**
 * Answers GET or HEAD with a resource, or 304 to a client that has it. Ranges are not offered (RFC 9110 §14.2: a server
 * may ignore them). A status other than 200 is answered in full whatever the client has (§13.2.1).
 */
export function answerResource(ctx: Context, resource: Resource, status = 200): void {
  const coding = pickCoding(ctx.get('accept-encoding'), resource.codings);
  // One tag a coding: a strong ETag names bytes (§8.8.3).
  const etag = coding === 'identity' ? `"${resource.tag}"` : `"${resource.tag}-${coding}"`;
  ctx.set('vary', ['accept-encoding', ...resource.vary].join(', '));
  ctx.set('cache-control', resource.cache);
  ctx.set('accept-ranges', 'none');
  if (status === 200) {
    ctx.set('etag', etag);
    if (isMatch(ctx.get('if-none-match'), etag)) {
      ctx.status = 304;
      return;
    }
  }
  ctx.status = status;
  ctx.set('content-type', resource.type);
  if (coding !== 'identity') ctx.set('content-encoding', coding);
  ctx.body = resource.read(coding);
}

const entityTag = /"[\u0021\u0023-\u007e\u0080-\u00ff]*"/g;

/** Weak comparison (§8.8.3.2): a proxy that compressed on its way may have made the tag weak. */
function isMatch(ifNoneMatch: string, etag: string): boolean {
  if (ifNoneMatch.trim() === '*') return true;
  return [...ifNoneMatch.matchAll(entityTag)].some(([tag]) => tag === etag);
}

/** A resource whose codings were all made before. */
export function readyResource(
  about: Pick<Resource, 'type' | 'cache'>,
  bytes: Partial<Record<Coding, Buffer>> & { identity: Buffer },
): Resource {
  return {
    ...about,
    vary: [],
    tag: tagOf(bytes.identity),
    codings: codings.filter((coding) => bytes[coding] !== undefined),
    read: (coding) => bytes[coding] ?? bytes.identity,
  };
}
