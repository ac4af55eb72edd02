/**
 * Where a process of ours writes its lines. Its reader may be slow, stopped or gone, and its disk full, and none of that
 * is a reason to stop serving: writing here never waits, never throws and never grows beyond a bound. What cannot be
 * written is lost, counted, and told in one line as soon as writing works again.
 */
import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { isatty } from 'node:tty';
import { terminalLine } from './terminal-line.ts';

/** How much may wait for a slow reader: some five thousand lines. */
const maxBacklogBytes = 1024 * 1024;
/** A pipe takes this much whole or not at all (PIPE_BUF, pipe(7)), so the lines of several processes do not mix. */
const pieceBytes = 4_096;
/** Lines gather this long, so that a busy process does not make a system call for each. */
const gatherMs = 20;
/** How soon a full pipe is tried again: at first a reader that is only busy is waited for, later one that has stopped. */
const firstRetryMs = 2;
const lastRetryMs = 128;
/** How long the end of the process waits for a reader that is only slow. */
const lastWordsMs = 250;

/** What pino writes to. */
export type LogOutput = {
  /** Takes whole lines, each with its end. */
  write(lines: string): void;
  /** Writes what has gathered now, and gives a slow reader a quarter of a second at most to take it. */
  flushSync(): void;
};

/** What is written at once. `lines` is how many are lost with it: of a line that tells of a loss, all that it tells of. */
type Piece = { bytes: Buffer; lines: number };

/** Opens the standard output of the process called `name`: JSON lines, in a terminal readable ones. */
export function openLogOutput(name: string): LogOutput {
  const format = isatty(1) ? terminalLine : (line: string) => line;
  const output = openLineOutput(1, (lines) =>
    format(
      `${JSON.stringify({
        level: 40,
        time: new Date().toISOString(),
        name,
        event: 'log_lines_lost',
        lines,
        msg: `${lines} lines of the log could not be written here and are lost`,
      })}\n`,
    ),
  );
  return { ...output, write: (line) => output.write(format(line)) };
}

/**
 * Opens `descriptor` for lines. `lossLine` words the line that tells how many were lost. What is left when the process
 * exits is written then, as far as the reader takes it.
 */
export function openLineOutput(descriptor: number, lossLine: (lines: number) => string): LogOutput {
  const writeNow = writerWithoutWaiting(descriptor);
  let gathered = '';
  let gatheredBytes = 0;
  let backlog: Piece[] = [];
  let backlogBytes = 0;
  /** How much of the backlog's first piece is written already. */
  let written = 0;
  let lostLines = 0;
  /** An error cut a line short, and the next must not become its end. */
  let isTorn = false;
  let timer: NodeJS.Timeout | undefined;
  let retryMs = firstRetryMs;

  function write(lines: string): void {
    // Once one is lost, all are until the backlog is through: what tells of them then stands where they are missing.
    const isFull = backlogBytes + gatheredBytes > maxBacklogBytes;
    if (isFull || (lostLines > 0 && backlog.length > 0)) {
      lostLines += countLines(lines);
      return;
    }
    const bytes = Buffer.byteLength(lines);
    if (gatheredBytes > 0 && gatheredBytes + bytes > pieceBytes) drain();
    gathered += lines;
    gatheredBytes += bytes;
    drainIn(gatherMs);
  }

  function drainIn(ms: number): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      drain();
    }, ms).unref();
  }

  /** Writes what the reader takes now. Tells whether nothing is left. */
  function drain(): boolean {
    if (lostLines > 0 && backlog.length === 0) enqueueLoss();
    if (gathered !== '') enqueue({ bytes: Buffer.from(gathered), lines: countLines(gathered) });
    gathered = '';
    gatheredBytes = 0;
    try {
      for (let piece = backlog[0]; piece !== undefined; piece = backlog[0]) {
        written += writeNow(piece.bytes, written);
        retryMs = firstRetryMs;
        if (written < piece.bytes.length) continue;
        backlog.shift();
        backlogBytes -= written;
        written = 0;
        if (lostLines > 0 && backlog.length === 0) enqueueLoss();
      }
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') {
        drainIn(retryMs);
        retryMs = Math.min(retryMs * 2, lastRetryMs);
        return false;
      }
      loseBacklog(); // the disk is full, the reader has gone: what comes next may find it otherwise
      return true;
    }
  }

  function enqueue(piece: Piece): void {
    backlog.push(piece);
    backlogBytes += piece.bytes.length;
  }

  function enqueueLoss(): void {
    const line = lossLine(lostLines);
    enqueue({ bytes: Buffer.from(isTorn ? `\n${line}` : line), lines: lostLines });
    isTorn = false;
    lostLines = 0;
  }

  function loseBacklog(): void {
    isTorn ||= written > 0;
    lostLines += backlog.reduce((sum, { lines }) => sum + lines, 0);
    backlog = [];
    backlogBytes = 0;
    written = 0;
  }

  function flushSync(): void {
    const giveUpAt = performance.now() + lastWordsMs;
    while (!drain() && performance.now() < giveUpAt) pauseSync(10);
  }

  process.once('exit', flushSync);
  return { write, flushSync };
}

/**
 * Gives a function that writes as much as it can and says how much that was, or throws EAGAIN where it would have to wait.
 * That it does not wait is a flag of the open file, which we share with our parent, our siblings and the shell; where the
 * system lets us, we open the file anew and leave theirs alone.
 */
function writerWithoutWaiting(descriptor: number): (bytes: Buffer, from: number) => number {
  // A file waits for nobody, and has one position for all who share it.
  if (fstatSync(descriptor).isFile()) return (bytes, from) => writeSync(descriptor, bytes, from);
  const { O_WRONLY, O_APPEND, O_NONBLOCK, O_NOCTTY } = constants;
  // Another user's terminal (after `su`) cannot be opened by its name, nor on macOS anything by its number.
  for (const path of [`/proc/self/fd/${descriptor}`, ...(isatty(descriptor) ? ['/dev/tty'] : [])])
    try {
      const own = openSync(path, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY);
      return (bytes, from) => writeSync(own, bytes, from);
    } catch {
      // A socket, or not allowed: the next way.
    }
  try {
    const socket = new Socket({ fd: descriptor, readable: false, writable: true }).unref();
    const { _handle: handle } = socket as unknown as SocketWithHandle;
    return (bytes, from) => {
      // Any other Node process that shares it sets the flag back when it exits, so it is set each time.
      // https://github.com/nodejs/node/issues/14752
      handle.setBlocking(false);
      return writeSync(descriptor, bytes, from);
    };
  } catch {
    return (bytes, from) => writeSync(descriptor, bytes, from); // of no kind that Node knows: it may wait
  }
}

/** What lies behind a socket of Node's; nothing public sets the flag. */
type SocketWithHandle = { _handle: { setBlocking(isBlocking: boolean): void } };

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

const neverNotified = new Int32Array(new SharedArrayBuffer(4));

function pauseSync(ms: number): void {
  Atomics.wait(neverNotified, 0, 0, ms);
}
