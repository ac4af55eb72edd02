/** What goes out over one WebSocket: compressed as the client asked, and held back while the client does not read. */
import type { WebSocket } from 'ws';
import { compressPayload, StreamCompressor, type Compression } from './compression.ts';

/** How much may wait to be sent before a session holds back. */
const fullBytes = 256 * 1024;

export class Outgoing {
  /** Payload compression: what the client asks for in IDENTIFY, and has no use for beside a compressed transport. */
  compressesPayloads = false;
  readonly #socket: WebSocket;
  readonly #compressor: StreamCompressor | null;
  #drained: (() => void) | null = null;

  constructor(socket: WebSocket, compression: Compression | null) {
    this.#socket = socket;
    this.#compressor =
      compression && new StreamCompressor(compression, (frame) => this.#write(frame));
  }

  send(payload: string): void {
    if (this.#compressor) this.#compressor.compress(payload);
    else this.#write(this.compressesPayloads ? compressPayload(payload) : payload);
  }

  /** Whether so much waits that more should not come; `drained` is then called once. */
  isFull(drained: () => void): boolean {
    if (this.#waitingBytes < fullBytes) return false;
    this.#drained = drained;
    return true;
  }

  /** To be called when the socket is closed. */
  close(): void {
    this.#drained = null;
    this.#compressor?.close();
  }

  get #waitingBytes(): number {
    return this.#socket.bufferedAmount + (this.#compressor?.waitingCharacters ?? 0);
  }

  #write(frame: string | Buffer): void {
    this.#socket.send(frame, () => {
      if (!this.#drained || this.#waitingBytes > fullBytes / 2) return;
      const drained = this.#drained;
      this.#drained = null;
      drained();
    });
  }
}
