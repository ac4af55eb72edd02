import { createServer } from 'node:net';

/**
 * Ports for tests lie below those the system gives to outgoing connections and to whoever asks for any (32768 and up on
 * Linux), so that none is taken between asking and listening. Each test worker has a thousand of its own, and begins
 * somewhere in them, so that two runs on one machine seldom meet.
 */
const firstPort = 10_000 + (Number(process.env.VITEST_POOL_ID ?? 0) % 20) * 1_000;
let portsGiven = process.pid % 1_000;

/** A port nobody listens on, and nobody else is given. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = firstPort + (portsGiven++ % 1_000);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
