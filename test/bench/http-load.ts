/**
 * A small HTTP/1.1 load: connections that ask again as soon as they are answered. It writes the same bytes each time
 * and reads no more than it must, so that the server under test is the one that works.
 */
import { connect, type Socket } from 'node:net';

export type Load = {
  url: string;
  headers?: Record<string, string>;
  connections: number;
  durationMs: number;
};

const endOfHead = Buffer.from('\r\n\r\n');

/** Runs the load and gives requests a second. Throws when an answer is not 200: a fast failure is no speed. */
export async function requestsPerSecond(load: Load): Promise<number> {
  const { hostname, port, pathname, host } = new URL(load.url);
  const head = Object.entries({ host, ...load.headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  const question = Buffer.from(`GET ${pathname} HTTP/1.1\r\n${head}\r\n`);
  let answers = 0;
  let failure: Error | undefined;
  const sockets: Socket[] = [];
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: load.connections }, async () => {
      const socket = connect({
        host: hostname === 'localhost' ? '127.0.0.1' : hostname,
        port: Number(port),
      });
      socket.setNoDelay(true);
      sockets.push(socket);
      await new Promise<void>((resolve) => {
        let missing = 0;
        let rest: Buffer | undefined;
        socket.on('error', (error) => {
          failure ??= error;
          resolve();
        });
        socket.once('close', () => resolve());
        socket.on('connect', () => socket.write(question));
        socket.on('data', (chunk: Buffer) => {
          if (missing === 0) {
            const whole = rest === undefined ? chunk : Buffer.concat([rest, chunk]);
            const end = whole.indexOf(endOfHead);
            if (end === -1) {
              rest = whole;
              return;
            }
            rest = undefined;
            const text = whole.toString('latin1', 0, end);
            if (!text.startsWith('HTTP/1.1 200')) {
              failure ??= new Error(`${load.url} answered: ${text.slice(0, 200)}`);
              socket.destroy();
              return;
            }
            missing = Number(/content-length: (\d+)/i.exec(text)?.[1]) - (whole.length - end - 4);
          } else missing -= chunk.length;
          if (missing > 0) return;
          answers += 1;
          if (performance.now() - startedAt < load.durationMs) socket.write(question);
          else socket.destroy();
        });
      });
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  for (const socket of sockets) socket.destroy();
  if (failure !== undefined) throw failure;
  return answers / seconds;
}
