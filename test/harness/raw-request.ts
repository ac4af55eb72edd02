/** Requests that no HTTP client would send: bytes to a socket, and the bytes that come back. */
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A connection of a test's own. */
export type RawConnection = {
  socket: Socket;
  /** What came back so far. */
  received: () => string;
  /** Resolves when either side has closed it. */
  closed: Promise<void>;
};

/**
 * Opens a connection, which is cut after the running test. Being cut off by the other side is no error.
 * @param from an address of this machine, such as 127.0.0.2, to come from
 */
export async function openConnection(url: string, from?: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect({
    host: from === undefined ? hostname : '127.0.0.1',
    port: Number(port),
    allowHalfOpen: true,
    ...(from !== undefined && { localAddress: from }),
  });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('end', () => socket.end());
  socket.on('error', () => undefined); // the close that follows says enough
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  onTestFinished(() => void socket.destroy());
  await Promise.race([new Promise<void>((resolve) => socket.once('connect', resolve)), closed]);
  return { socket, received: () => Buffer.concat(chunks).toString('latin1'), closed };
}

/** Sends `text` as it is and gives what came back until the other side closed, which `connection: close` asks for. */
export async function rawRequest(url: string, text: string): Promise<string> {
  const { socket, received, closed } = await openConnection(url);
  socket.write(text, 'latin1');
  await closed;
  return received();
}

/** Sends `text` and hangs up `afterMs` later, without waiting for an answer. */
export async function hangUp(url: string, text: string, afterMs: number): Promise<void> {
  const { socket, closed } = await openConnection(url);
  socket.write(text, 'latin1');
  setTimeout(() => socket.destroy(), afterMs);
  await closed;
}
