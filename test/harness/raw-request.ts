/** Requests that no HTTP client would send: bytes to a socket, and the bytes that come back. */
import { connect } from 'node:net';

/** Sends `text` as it is and gives what came back until the other side closed, which `connection: close` asks for. */
export async function rawRequest(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return await new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.once('error', reject);
    socket.once('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    socket.write(text, 'latin1');
  });
}

/** Sends `text` and hangs up `afterMs` later, without waiting for an answer. */
export async function hangUp(url: string, text: string, afterMs: number): Promise<void> {
  const { hostname, port } = new URL(url);
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.once('error', reject);
    socket.once('close', () => resolve());
    socket.write(text, 'latin1');
    setTimeout(() => socket.destroy(), afterMs);
  });
}
