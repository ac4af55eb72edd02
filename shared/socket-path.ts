/**
 * Whether the place of the socket is safe: a directory that nobody else can enter, and in it a socket of our own. The bot
 * asks before it listens there, the BFF before it believes whoever does, and the doctor on behalf of both.
 */
import { type BigIntStats, lstatSync } from 'node:fs';
import path from 'node:path';

/** What is wrong with a place, and how to mend it. */
export type Unfit = { found: string; cure: string };

/** Looks at the directory of the socket: undefined while there is none, and `fit` when it is ours alone. */
export function inspectSocketDirectory(socketPath: string): 'fit' | Unfit | undefined {
  const directory = path.dirname(socketPath);
  const stats = lookAt(directory);
  if (stats === undefined) return undefined;
  if (!stats.isDirectory())
    return {
      found: `${directory} is not a directory, or only a link to one`,
      cure: 'Set BOT_SOCKET to a path in a directory of its own.',
    };
  if (!isOurs(stats))
    return {
      found: `${directory} belongs to another user`,
      cure: `Run bot and BFF as one user, or give it to this one: sudo chown "$USER" ${directory}`,
    };
  const mode = stats.mode & 0o777n;
  if ((mode & 0o077n) !== 0n)
    return {
      found: `${directory} is open to other users (mode 0${mode.toString(8)})`,
      cure: `Close it: chmod 700 ${directory}`,
    };
  return 'fit';
}

/** Looks at what stands where the socket should be: undefined while nothing does, its status when it is a socket of ours. */
export function inspectSocket(socketPath: string): BigIntStats | Unfit | undefined {
  const stats = lookAt(socketPath);
  if (stats === undefined) return undefined;
  if (!stats.isSocket())
    return {
      found: `${socketPath} is not a socket`,
      cure: 'It was left alone: move it away, or set BOT_SOCKET to another path.',
    };
  if (!isOurs(stats))
    return {
      found: `${socketPath} belongs to another user`,
      cure: 'It was left alone: run bot and BFF as one user, or set BOT_SOCKET to another path.',
    };
  return stats;
}

/** Never follows a link: it could lead to anybody's directory. */
function lookAt(file: string): BigIntStats | undefined {
  try {
    return lstatSync(file, { bigint: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined; // ENOTDIR: a file stands on the way
    throw error;
  }
}

function isOurs({ uid }: BigIntStats): boolean {
  return Number(uid) === process.getuid?.();
}
