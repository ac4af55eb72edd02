/** A bare WebSocket at the gateway, for what no library would send. */
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { SandboxClient } from './sandbox-client.ts';

export type Frame = { op: number; d: any; s: number | null; t: string | null }; // eslint-disable-line typescript/no-explicit-any -- each test knows its frames

/** A socket whose frames are awaited one after the other. */
export class RawSocket {
  readonly opened: Promise<void>;
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  readonly #frames: Frame[] = [];
  #arrived: (() => void) | null = null;

  /** `decode` makes text of what is not plain text. */
  constructor(url: string, decode: (data: Buffer, isBinary: boolean) => string = String) {
    this.#socket = new WebSocket(url);
    this.opened = new Promise((resolve) => this.#socket.once('open', resolve));
    this.closed = new Promise((resolve) => this.#socket.on('close', resolve));
    this.#socket.on('message', (data: Buffer, isBinary) => {
      this.#frames.push(JSON.parse(decode(data, isBinary)) as Frame);
      this.#arrived?.();
    });
    onTestFinished(() => this.#socket.terminate());
  }

  /** The next frame that fits; those before it are passed over. */
  async next(fits: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame && fits(frame)) return frame;
      if (!frame)
        await new Promise<void>((resolve) => {
          this.#arrived = resolve;
        });
    }
  }

  send(op: number, d: unknown): void {
    this.#socket.send(JSON.stringify({ op, d }));
  }

  sendRaw(data: string | Buffer): void {
    this.#socket.send(data);
  }

  close(code: number): void {
    this.#socket.close(code);
  }

  cut(): void {
    this.#socket.terminate();
  }
}

/** A socket at the gateway's address, `query` and all. */
export async function open(
  sandbox: SandboxClient,
  query = '?v=10&encoding=json',
  decode?: (data: Buffer, isBinary: boolean) => string,
): Promise<RawSocket> {
  const { body } = await sandbox.rest('GET', '/gateway', undefined, null);
  return new RawSocket(`${body.url}${query}`, decode);
}

/** A socket that was greeted. */
export async function openGreeted(...where: Parameters<typeof open>): Promise<RawSocket> {
  const socket = await open(...where);
  await socket.next(({ op }) => op === 10);
  return socket;
}

export function identify(sandbox: SandboxClient, more: object = {}): object {
  const properties = { os: 'linux', browser: 'test', device: 'test' };
  return { token: sandbox.config.botToken, intents: 1, properties, ...more };
}

/** A socket with a session, READY at hand. */
export async function openReady(sandbox: SandboxClient, more: object = {}) {
  const socket = await openGreeted(sandbox);
  socket.send(2, identify(sandbox, more));
  const ready = await socket.next(({ t }) => t === 'READY');
  return { socket, ready };
}
