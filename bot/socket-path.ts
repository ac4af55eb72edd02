/**
 * Makes the place of the socket safe before anyone listens there: a directory that nobody else can enter, and in it
 * nothing but, at most, a socket of our own that nobody answers on any more.
 */
import { lstatSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { ConfigError } from '../shared/environment.ts';
import { makePrivateDirectory } from '../shared/private-directory.ts';
import { inspectSocket, inspectSocketDirectory, type Unfit } from '../shared/socket-path.ts';

/** How long a socket may take to accept before its owner counts as alive, only busy. */
const probeTimeoutMs = 1_000;

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
 * Throws `ConfigError` when the directory cannot be made or is not private, or anything but a socket of ours is in the
 * way, and {@link SocketTakenError} when a bot is alive behind it.
 */
export async function clearSocketPath(path: string): Promise<void> {
  try {
    makePrivateDirectory(dirname(path));
  } catch (error) {
    throw unusableSocket(path, error);
  }
  const directory = inspectSocketDirectory(path);
  if (directory === undefined) throw unusableSocket(path, `${dirname(path)} cannot be made`);
  if (directory !== 'fit') throw refused(directory);

  const found = inspectSocket(path);
  if (found === undefined) return;
  if ('cure' in found) throw refused(found);
  if (await isListenedOn(path)) throw new SocketTakenError(path);

  // Between the probe and now another bot may have put its own socket here. That one stays; listening will fail on it.
  const now = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (now?.ino === found.ino && now.ctimeNs === found.ctimeNs) unlinkSync(path);
}

/** The system does not let us have a socket at `path`. */
export function unusableSocket(path: string, cause: unknown): ConfigError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ConfigError(
    `BOT_SOCKET ${path}: ${reason}. Set BOT_SOCKET (or DATA_DIR) to a place this user may write to, or give it the place: sudo chown -R "$USER" ${dirname(path)}`,
    { variables: ['BOT_SOCKET'], cause },
  );
}

function refused({ found, cure }: Unfit): ConfigError {
  return new ConfigError(`BOT_SOCKET: ${found}. ${cure}`, { variables: ['BOT_SOCKET'] });
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
