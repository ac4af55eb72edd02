/**
 * Answers what everybody asks, all the time, and what lies ready whole: before Koa, so that it costs neither a context
 * nor a router nor a header put together twice. Every other spelling of the address goes the ordinary way to the same
 * answer.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Log } from './log.ts';
import type { RequestCounter } from './middlewares/rate-limit.ts';
import { requestLines } from './middlewares/request-log.ts';

/** An answer that lies ready, in ASCII; undefined while there is none to give. */
export type ReadyAnswer = () => string | undefined;

/** Answers `GET url` with `ready()` and the headers given, once the request is counted; the rest is for `otherwise`. */
export function fromMemory(
  answer: {
    url: string;
    ready: ReadyAnswer;
    headers: readonly (readonly [string, string])[];
    count: RequestCounter;
    log: Log;
  },
  otherwise: RequestListener,
): RequestListener {
  const { url, ready, count } = answer;
  const headers = answer.headers.flat();
  const writeLine = requestLines(answer.log);

  async function answerCounted(
    request: IncomingMessage,
    response: ServerResponse,
    body: string,
  ): Promise<void> {
    try {
      await count(request);
    } catch {
      otherwise(request, response); // too many: the ordinary way counts it once more, and refuses it
      return;
    }
    const requestId = randomUUID();
    response.writeHead(200, [
      ...headers,
      'content-length',
      String(body.length),
      'x-request-id',
      requestId,
    ]);
    // As text it leaves in one write with its head; a buffer would be a second one.
    response.end(body, 'latin1');
    writeLine({
      requestId,
      method: 'GET',
      path: url,
      status: 200,
      ms: 0,
      session: undefined,
    });
  }

  return function fromMemory(request, response) {
    const body = request.url === url && request.method === 'GET' ? ready() : undefined;
    if (body === undefined) otherwise(request, response);
    else void answerCounted(request, response, body);
  };
}
