/**
 * Answers what everybody asks, all the time, and what lies ready whole: before Koa, so that it costs neither a context
 * nor a router nor a header put together twice. Any other spelling of the question goes the ordinary way, to the same
 * answer.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { hostsNamed } from './one-host.ts';
import type { RequestCounter } from './rate-limit.ts';
import type { WriteRequestLine } from './request-log.ts';

/** What lies ready for `GET url`: its `body`, in ASCII and undefined while there is none, and its headers. */
type ReadyAnswer = {
  url: string;
  body: () => string | undefined;
  headers: readonly (readonly [string, string])[];
};

/** Answers with what is `ready`, once the request is counted; everything else is for `otherwise`. */
export function fromMemory(
  ready: ReadyAnswer,
  { count, writeLine }: { count: RequestCounter; writeLine: WriteRequestLine },
  otherwise: RequestListener,
): RequestListener {
  const headers = ready.headers.flat();

  function give(request: IncomingMessage, response: ServerResponse, body: string): void {
    const requestId = randomUUID();
    const length = String(body.length);
    response.writeHead(200, [...headers, 'content-length', length, 'x-request-id', requestId]);
    // As text it leaves in one write with its head; a buffer would be a second one.
    response.end(body, 'latin1');
    writeLine(request, { requestId, status: 200, ms: 0 });
  }

  return function fromMemory(request, response) {
    const isAsked = request.url === ready.url && request.method === 'GET' && isPlain(request);
    const body = isAsked ? ready.body() : undefined;
    if (body === undefined) {
      otherwise(request, response);
      return;
    }
    void count(request).then(
      () => give(request, response, body),
      // Too many: the ordinary way counts it once more, and refuses it.
      () => otherwise(request, response),
    );
  };
}

/** Tells whether a request names one Host and brings no body, so that no rule of the ordinary way would refuse it. */
function isPlain(request: IncomingMessage): boolean {
  const { headers } = request;
  return (
    hostsNamed(request) === 1 &&
    headers['content-length'] === undefined &&
    headers['transfer-encoding'] === undefined
  );
}
