/** Answers what Node can't parse, and so never becomes a request, in our words instead of with a bare status line. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Connections } from './connections.ts';

const statusOfError: Record<string, string> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** Makes `server` answer client errors with `headers`. Nothing is written into an answer that is under way. */
export function answerClientErrors(
  server: Server,
  connections: Connections,
  headers: [string, string][],
): void {
  const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  // RFC 9110 §10.1.1; Node alone would answer without our headers.
  server.on(
    'checkExpectation',
    connections.guard((_request, response) => {
      for (const [name, value] of headers) response.setHeader(name, value);
      response.writeHead(417).end();
    }),
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable || connections.isAnswering(socket)) {
      socket.destroy();
      return;
    }
    const status = statusOfError[error.code ?? ''] ?? '400 Bad Request';
    socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n${head}\r\n`);
  });
}
