/** The CDN's files: what bots sent along with messages. */
import type { Answer } from '../http/answer.ts';
import type { SandboxRequest } from '../http/request.ts';
import type { State } from '../state.ts';

/** What a browser may show; anything else it saves. */
const shownTypes = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

/** Answers a request whose path, below `/cdn/attachments`, is `segments`. */
export function answerAttachment(
  state: State,
  request: SandboxRequest,
  segments: string[],
): Answer {
  const file = request.method === 'GET' ? state.attachments.find(segments.join('/')) : null;
  if (!file) return { status: 404, headers: { 'content-type': 'text/plain' }, body: 'Not Found' };
  const type = file.contentType ?? 'application/octet-stream';
  return {
    status: 200,
    headers: {
      'content-type': type,
      'content-disposition': shownTypes.has(type) ? 'inline' : 'attachment',
      // Anybody's file must not act as a page of the sandbox's own origin.
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
    },
    body: file.data,
  };
}
