/** A request as handlers see it: read whole, its path decoded once. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { json, Refusal } from './answer.ts';

export type SandboxRequest = {
  method: string;
  /** Percent-decoded, as text for people and for matching faults. Routing goes by `segments`. */
  path: string;
  segments: string[];
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  remoteAddress: string;
  body: Buffer;
  /** Aborted when the other side has gone. */
  signal: AbortSignal;
};

/** The most a body may hold. */
const maxBodyBytes = 1024 * 1024;
/** The most a body with files may hold. https://docs.discord.com/developers/reference#uploading-files */
const maxUploadBytes = 25 * 1024 * 1024;

/** Everything of a request but its body, or null when its path is not one: an absolute URL, or bad percent-encoding. */
export function readHead(
  message: IncomingMessage,
  signal: AbortSignal,
): Omit<SandboxRequest, 'body'> | null {
  const target = message.url ?? '/';
  if (!target.startsWith('/')) return null;
  const [rawPath = '/', ...rest] = target.split('?');
  try {
    const segments = rawPath.split('/').filter(Boolean).map(decodeURIComponent);
    return {
      method: message.method ?? 'GET',
      path: `/${segments.join('/')}`,
      segments,
      query: new URLSearchParams(rest.join('?')),
      headers: message.headers,
      remoteAddress: message.socket.remoteAddress ?? '',
      signal,
    };
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

/** The body's bytes. Refuses with 413 as soon as more has come than it may hold. */
export async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const isUpload = mediaType(message) === 'multipart/form-data';
  const maxBytes = isUpload ? maxUploadBytes : maxBodyBytes;
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes)
      throw new Refusal(
        json(413, { message: 'Request entity too large', code: 40005 }, { connection: 'close' }),
      );
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The media type of a body, lower case and without its parameters. */
export function mediaType(request: Pick<SandboxRequest, 'headers'>): string {
  return (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** One cookie of a request, or null. */
export function readCookie(request: SandboxRequest, name: string): string | null {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = pair.trim().split('=');
    if (key === name && value !== undefined) return value;
  }
  return null;
}
