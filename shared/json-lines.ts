/**
 * Messages over a byte stream: UTF-8, one a line. Puts a {@link Channel} on a socket and gives its memory a limit in
 * both directions. Knows nothing of what the lines say.
 */
import { isUtf8 } from 'node:buffer';
import type { Socket } from 'node:net';
import type { Channel } from './rpc.ts';

/** The longest line, without its end, that is sent or accepted. */
export const maxLineBytes = 1024 * 1024;
/** How long a line may take from its first byte to its end. */
export const lineTimeoutMs = 10_000;
/** How much may wait to be read by the other side before we give it up. */
export const maxBacklogBytes = 8 * 1024 * 1024;
/** How long the other side gets to take what is still under way when we close. */
const closeTimeoutMs = 1_000;

/**
 * How much gathers within one turn of the event loop before it is written. Less costs system calls and wakes the other
 * side for little; waiting for the turn's end leaves it idle meanwhile. Between the two is half a window of 64 answers
 * (`npm run bench`).
 */
const writeSize = 4096;

const newline = 0x0a;

/**
 * Frames a socket. The connection is cut when the other side sends a line that is longer than {@link maxLineBytes} (or
 * has no end), slower than {@link lineTimeoutMs} or not UTF-8, and when it lets more than {@link maxBacklogBytes} pile
 * up unread. An error of the socket is the same as its end: `onClose`.
 */
export function frameLines(socket: Socket): Channel {
  let deliver: ((text: string) => void) | undefined;
  let open = true;

  /** The beginning of a line whose end has not come yet. */
  let partial: Buffer[] = [];
  let partialBytes = 0;
  let partialTimer: NodeJS.Timeout | undefined;

  /** What was sent in this turn of the event loop: one write instead of many. */
  let outgoing = '';

  socket.on('error', () => {}); // 'close' follows every error, and says all that a channel has to
  socket.on('close', () => {
    open = false;
    dropPartial();
  });
  socket.on('data', (chunk: Buffer) => {
    if (!open) return;
    const end = chunk.lastIndexOf(newline);
    if (end === -1) {
      keepPartial(chunk);
      return;
    }
    // A newline is never a part of another character in UTF-8, so whole lines can be decoded together.
    const lines = completePartial(chunk.subarray(0, end));
    if (longestLine(lines) > maxLineBytes || !isUtf8(lines)) {
      cut();
      return;
    }
    for (const line of lines.toString('utf8').split('\n')) {
      if (line !== '' && line !== '\r') deliver?.(line);
      if (!open) return;
    }
    if (end + 1 < chunk.length) keepPartial(chunk.subarray(end + 1));
  });

  function keepPartial(piece: Buffer): void {
    partialBytes += piece.length;
    if (partialBytes > maxLineBytes) {
      cut();
      return;
    }
    partial.push(piece);
    partialTimer ??= setTimeout(cut, lineTimeoutMs);
  }

  function completePartial(end: Buffer): Buffer {
    if (partialBytes === 0) return end;
    const whole = Buffer.concat([...partial, end]);
    dropPartial();
    return whole;
  }

  function dropPartial(): void {
    partial = [];
    partialBytes = 0;
    clearTimeout(partialTimer);
    partialTimer = undefined;
  }

  function cut(): void {
    open = false;
    socket.destroy();
  }

  function flush(): void {
    if (outgoing === '' || socket.destroyed) return;
    const text = outgoing;
    outgoing = '';
    socket.write(text);
    if (socket.writableLength > maxBacklogBytes) cut();
  }

  return {
    send(text) {
      // A UTF-16 unit is three bytes of UTF-8 at most, so short texts need no counting.
      if (text.length * 3 > maxLineBytes && Buffer.byteLength(text) > maxLineBytes)
        throw new RangeError(`A message may have ${maxLineBytes} bytes.`);
      if (!open) return;
      if (outgoing === '') process.nextTick(flush);
      outgoing += text;
      outgoing += '\n';
      if (outgoing.length >= writeSize) flush();
    },
    onMessage(callback) {
      deliver = callback;
    },
    onClose(callback) {
      socket.once('close', callback);
    },
    close() {
      if (!open) return;
      open = false;
      flush();
      socket.destroySoon();
      const impatience = setTimeout(() => socket.destroy(), closeTimeoutMs);
      socket.once('close', () => clearTimeout(impatience));
    },
  };
}

/** The length of the longest line, or of all of them where that already is short enough. */
function longestLine(lines: Buffer): number {
  if (lines.length <= maxLineBytes) return lines.length;
  let longest = 0;
  let start = 0;
  for (let end = lines.indexOf(newline); end !== -1; end = lines.indexOf(newline, start)) {
    longest = Math.max(longest, end - start);
    start = end + 1;
  }
  return Math.max(longest, lines.length - start);
}
