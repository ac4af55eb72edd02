/** Looks at this machine: the public address, the directories and their modes, the session secret. */
import { accessSync, constants, lstatSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../env.ts';
import { bad, doubtful, type Finding, good } from './finding.ts';

/** What can be seen without starting anything. */
export function checkMachine(config: Config): Finding[] {
  return [
    checkPublicUrl(config),
    checkDataDirectory(path.dirname(config.databaseFile)),
    checkDatabase(config.databaseFile),
    checkSocketDirectory(path.dirname(config.botSocket)),
    good(
      'Session secret',
      `${config.sessionSecrets.length === 1 ? 'one key' : `${config.sessionSecrets.length} keys`} of at least 32 bytes`,
    ),
  ];
}

function checkPublicUrl({ publicUrl, apiUrl, port }: Config): Finding {
  const checked = 'PUBLIC_URL';
  const url = new URL(publicUrl);
  if (url.protocol === 'https:') return good(checked, publicUrl);
  const isLive = apiUrl.startsWith('https:');
  if (url.port !== String(port))
    return doubtful(
      checked,
      `${publicUrl}, but the BFF listens on port ${port}`,
      'Right behind a proxy or vite; otherwise leave PUBLIC_URL unset.',
    );
  if (isLive)
    return doubtful(
      checked,
      `${publicUrl}: only this machine can sign in`,
      'For others, set PUBLIC_URL to the https:// address they will open.',
    );
  return good(checked, publicUrl);
}

function checkDataDirectory(directory: string): Finding {
  const checked = 'Data directory';
  const elsewhere = 'choose another with DATABASE_URL, or with DATA_DIR if that is unset';
  const stats = look(directory);
  if (stats === undefined)
    return canBeMade(directory)
      ? good(checked, `${directory} is made on the first start`)
      : bad(
          checked,
          `${directory} does not exist and can't be made`,
          `Make it for this user to write to, or ${elsewhere}.`,
        );
  if (!stats.isDirectory())
    return bad(checked, `${directory} is not a directory`, `Move it away, or ${elsewhere}.`);
  if (!isWritable(directory))
    return bad(
      checked,
      `${directory} can't be written to`,
      `Give this user the right to: chown "$USER" ${directory}`,
    );
  return good(checked, directory);
}

function checkDatabase(file: string): Finding {
  const checked = 'Database file';
  const stats = look(file);
  if (stats === undefined) return good(checked, `${file} is made on the first start`);
  if (!stats.isFile()) return bad(checked, `${file} is not a file`, 'Set DATABASE_URL to a file.');
  if (!isWritable(file))
    return bad(
      checked,
      `${file} can't be written to`,
      `Give this user the right to: chown "$USER" ${file}`,
    );
  const open = othersMay(stats);
  if (open)
    return bad(
      checked,
      `${file} can be read by others (mode ${mode(stats)})`,
      `Run: chmod 600 ${file}`,
    );
  return good(checked, file);
}

/** Asks what the bot will ask (bot/socket-path.ts): a link does not count as a directory, nor another user's as ours. */
function checkSocketDirectory(directory: string): Finding {
  const checked = 'Socket directory';
  const stats = look(directory, lstatSync);
  if (stats === undefined) return good(checked, `${directory} is made when the bot starts`);
  if (!stats.isDirectory())
    return bad(
      checked,
      `${directory} is not a directory, or only a link to one`,
      'Set BOT_SOCKET to a path in a directory of its own.',
    );
  if (stats.uid !== process.getuid?.())
    return bad(
      checked,
      `${directory} belongs to another user`,
      `Run bot and BFF as one user, or: chown "$USER" ${directory}`,
    );
  if (othersMay(stats))
    return bad(
      checked,
      `${directory} is open to others (mode ${mode(stats)})`,
      `Run: chmod 700 ${directory}`,
    );
  if (!isWritable(directory))
    return bad(checked, `${directory} can't be written to`, `Run: chmod 700 ${directory}`);
  return good(checked, directory);
}

/** What stands there, at the end of its links unless told otherwise; undefined when nothing does. */
function look(file: string, stat: typeof lstatSync = statSync): Stats | undefined {
  try {
    return stat(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined; // ENOTDIR: a file stands on the way
    throw error;
  }
}

/** Whether a directory can be made together with all those above it that are missing. */
function canBeMade(directory: string): boolean {
  let above = directory;
  while (look(above, lstatSync) === undefined) above = path.dirname(above);
  return look(above)?.isDirectory() === true && isWritable(above);
}

function isWritable(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    return true;
  } catch {
    return false; // that is the answer
  }
}

function othersMay(stats: Stats): boolean {
  return (stats.mode & 0o077) !== 0;
}

function mode(stats: Stats): string {
  return (stats.mode & 0o777).toString(8).padStart(4, '0');
}
