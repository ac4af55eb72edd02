/**
 * Makes the place of the socket safe before anyone listens there: a directory that nobody else can enter, and in it
 * nothing but, at most, a socket of our own that nobody answers on any more.
 */
import { lstatSync, mkdirSync, unlinkSync, type BigIntStats } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';

/** How long a socket may take to accept before its owner counts as alive, only busy. */
const probeTimeoutMs = 1_000;

/** Something stands where the socket should be and it is not ours to remove. The message says what, and what to do. */
export class SocketRefusedError extends Error {
  override readonly name = 'SocketRefusedError';
}

/** A living bot has the socket. */
export class SocketTakenError extends Error {
  override readonly name = 'SocketTakenError';

  constructor(path: string) {
    super(`Another bot is listening on ${path}. Stop it first, or set BOT_SOCKET to another path.`);
  }
}

/**
 * Makes the directory if need be, and removes the socket that a killed bot left behind. The caller listens in the same
 * turn of the event loop as this resolves, so that two bots starting at once do not remove each other's.
 * Throws {@link SocketRefusedError} when the directory is not private or anything but a socket of ours is in the way, and
 * {@link SocketTakenError} when a bot is alive behind it.
 */
export async function clearSocketPath(path: string): Promise<void> {
  const directory = dirname(path);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  requirePrivate(directory);

  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket())
    throw new SocketRefusedError(
      `${path} is not a socket. It was left alone: move it away, or set BOT_SOCKET to another path.`,
    );
  if (!isOurs(found))
    throw new SocketRefusedError(`${path} belongs to another user. It was left alone.`);
  if (await isListenedOn(path)) throw new SocketTakenError(path);

  // Between the probe and now another bot may have put its own socket here. That one stays; listening will fail on it.
  const now = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (now?.ino === found.ino && now.ctimeNs === found.ctimeNs) unlinkSync(path);
}

function requirePrivate(directory: string): void {
  const found = lstatSync(directory, { bigint: true });
  if (!found.isDirectory())
    throw new SocketRefusedError(`${directory} is not a directory, or only a link to one.`);
  if (!isOurs(found)) throw new SocketRefusedError(`${directory} belongs to another user.`);
  const mode = found.mode & 0o777n;
  if ((mode & 0o077n) !== 0n)
    throw new SocketRefusedError(
      `${directory} is open to other users (mode 0${mode.toString(8)}). Close it: chmod 700 ${directory}`,
    );
}

function isOurs({ uid }: BigIntStats): boolean {
  return Number(uid) === process.getuid?.();
}

/** Tells whether a process still listens: only a refusal proves that none does. */
function isListenedOn(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = connect(path);
    probe.setTimeout(probeTimeoutMs);
    for (const alive of ['connect', 'timeout'])
      probe.once(alive, () => {
        probe.destroy();
        resolve(true);
      });
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(false);
      else if (error.code === 'EAGAIN') resolve(true);
      else reject(error);
    });
  });
}
