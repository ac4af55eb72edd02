/**
 * Transport compression: one context for the whole connection, each payload flushed to a binary frame of its own.
 * https://docs.discord.com/developers/events/gateway#transport-compression
 */
import { constants, createDeflate, createZstdCompress, deflateSync } from 'node:zlib';

/** What a client may ask for with `compress=` in the gateway's address. */
export type Compression = 'zlib-stream' | 'zstd-stream';

export function isCompression(name: string): name is Compression {
  return name === 'zlib-stream' || name === 'zstd-stream';
}

/** Compresses payloads one after the other, in the order they came. */
export class StreamCompressor {
  readonly #stream;
  readonly #flush: number;
  readonly #deliver: (frame: Buffer) => void;
  readonly #waiting: string[] = [];
  #parts: Buffer[] = [];
  #isBusy = false;
  /** How many characters were handed over and are not delivered yet. */
  waitingCharacters = 0;

  /** `deliver` gets each payload's frame, later and in order. */
  constructor(compression: Compression, deliver: (frame: Buffer) => void) {
    const isZlib = compression === 'zlib-stream';
    this.#stream = isZlib ? createDeflate() : createZstdCompress();
    // A zlib payload so ends in 00 00 FF FF, which is how clients know that it is whole.
    this.#flush = isZlib ? constants.Z_SYNC_FLUSH : constants.ZSTD_e_flush;
    this.#deliver = deliver;
    this.#stream.on('data', (part: Buffer) => this.#parts.push(part));
  }

  compress(payload: string): void {
    this.#waiting.push(payload);
    this.waitingCharacters += payload.length;
    if (!this.#isBusy) this.#next();
  }

  /** Gives the context's memory back. What was not delivered yet is dropped. */
  close(): void {
    this.#waiting.length = 0;
    this.#stream.removeAllListeners('data');
    this.#stream.destroy();
  }

  #next(): void {
    const payload = this.#waiting.shift();
    this.#isBusy = payload !== undefined;
    if (payload === undefined) return;
    this.#stream.write(payload);
    this.#stream.flush(this.#flush, () => {
      if (this.#stream.destroyed) return;
      const frame = Buffer.concat(this.#parts);
      this.#parts = [];
      this.waitingCharacters -= payload.length;
      this.#deliver(frame);
      this.#next();
    });
  }
}

/** Below this many characters a payload is left as it is: Discord compresses some of them, not all. */
const worthCompressing = 1_024;

/**
 * A payload for a client that identified with `compress: true`: a zlib stream of its own, or the text itself.
 * https://docs.discord.com/developers/events/gateway#payload-compression
 */
export function compressPayload(payload: string): string | Buffer {
  return payload.length < worthCompressing ? payload : deflateSync(payload);
}
