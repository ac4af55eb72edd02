/** Looks at this machine: the public address, the directories and their modes, the session secret. Only looks. */
import {
  accessSync,
  constants,
  lstatSync,
  readFileSync,
  type Stats,
  statfsSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { inspectSocketDirectory } from '../../shared/socket-path.ts';
import type { Config } from '../env.ts';
import { minKeyBytes, sessionSecretFile } from '../session-secret.ts';
import type { Environment } from './env.ts';
import { bad, doubtful, type Finding, good } from './finding.ts';

/** What lies on these is made by the kernel; nothing of ours can be kept there. statfs(2) */
const kernelFileSystems = new Set([
  0x9fa0, // proc
  0x62656572, // sysfs
  0x63677270, // cgroup2
]);

/** Everything that can be seen without starting anything, of what depends on no variable that is `unreadable`. */
export function checkMachine({
  config,
  unreadable,
  secretKeptIn,
}: Pick<Environment, 'config' | 'unreadable' | 'secretKeptIn'>): Finding[] {
  const { databaseFile, botSocket } = config;
  const dataDirectories = new Set([
    path.dirname(databaseFile),
    secretKeptIn ?? path.dirname(databaseFile),
  ]);
  const checks: [needed: string[], checked: string, check: () => Finding][] = [
    [['PUBLIC_URL', 'PORT'], 'PUBLIC_URL', () => checkPublicUrl(config)],
    ...[...dataDirectories].map((directory): (typeof checks)[number] => [
      ['DATA_DIR', 'DATABASE_URL'],
      'Data directory',
      () => checkDataDirectory(directory),
    ]),
    [['DATA_DIR', 'DATABASE_URL'], 'Database file', () => checkDatabase(databaseFile)],
    [['DATA_DIR', 'BOT_SOCKET'], 'Socket directory', () => checkSocketDirectory(botSocket)],
    [
      ['DATA_DIR', 'SESSION_SECRET'],
      'Session secret',
      () => checkSessionSecret(config, secretKeptIn),
    ],
  ];
  return checks
    .filter(([needed]) => !needed.some((name) => unreadable.has(name)))
    .map(([, checked, check]) => {
      try {
        return check();
      } catch (error) {
        return bad(
          checked,
          (error as Error).message,
          'Give this user the right to look at it, or set DATA_DIR to another place.',
        );
      }
    });
}

/** Whether the BFF may be found where people will look for it. */
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

/** Whether others on this machine can read the file that holds the credentials. Nothing when there is none. */
export function checkEnvFile(file: string): Finding[] {
  const checked = 'File with the credentials';
  const stats = look(file);
  if (stats === undefined) return [];
  if (othersMay(stats))
    return [
      bad(checked, `${file} is open to others (mode ${mode(stats)})`, `Run: chmod 600 ${file}`),
    ];
  return [good(checked, file)];
}

/** Whether things can be kept in a directory, or it can be made. */
function checkDataDirectory(directory: string): Finding {
  const checked = 'Data directory';
  const elsewhere = 'choose another with DATABASE_URL, or with DATA_DIR if that is unset';
  const stats = look(directory);
  if (stats === undefined) {
    const above = existingAbove(directory);
    const refusal = refusalToWrite(above);
    return refusal === undefined && look(above)?.isDirectory() === true
      ? good(checked, `${directory} is made on the first start`)
      : bad(
          checked,
          `${directory} does not exist and can't be made in ${above}`,
          `Make it for this user to write to, or ${elsewhere}.`,
        );
  }
  if (!stats.isDirectory())
    return bad(checked, `${directory} is not a directory`, `Move it away, or ${elsewhere}.`);
  const refusal = refusalToWrite(directory);
  if (refusal !== undefined)
    return bad(checked, `${directory} can't be written to`, cureOf(refusal, directory, stats));
  return good(checked, directory);
}

/** Whether the database is there, ours and nobody else's. */
function checkDatabase(file: string): Finding {
  const checked = 'Database file';
  const stats = look(file);
  if (stats === undefined) return good(checked, `${file} is made on the first start`);
  if (!stats.isFile()) return bad(checked, `${file} is not a file`, 'Set DATABASE_URL to a file.');
  const refusal = refusalToWrite(file);
  if (refusal !== undefined)
    return bad(checked, `${file} can't be written to`, cureOf(refusal, file, stats));
  if (othersMay(stats))
    return bad(
      checked,
      `${file} can be read by others (mode ${mode(stats)})`,
      `Run: chmod 600 ${file}`,
    );
  return good(checked, file);
}

/** Whether bot and BFF can meet: asks what both of them ask. */
function checkSocketDirectory(socketPath: string): Finding {
  const checked = 'Socket directory';
  const directory = path.dirname(socketPath);
  const found = inspectSocketDirectory(socketPath);
  if (found === undefined) {
    const above = existingAbove(directory);
    return refusalToWrite(above) === undefined && look(above)?.isDirectory() === true
      ? good(checked, `${directory} is made when the bot starts`)
      : bad(
          checked,
          `${directory} does not exist and can't be made in ${above}`,
          'Set BOT_SOCKET (or DATA_DIR) to a place this user may write to.',
        );
  }
  if (found !== 'fit') return bad(checked, found.found, found.cure);
  if (refusalToWrite(directory) !== undefined)
    return bad(checked, `${directory} can't be written to`, `Run: chmod 700 ${directory}`);
  return good(checked, directory);
}

/** Whether the secret is there or can be made. `keptIn` is undefined when SESSION_SECRET is set. */
function checkSessionSecret({ sessionSecrets }: Config, keptIn: string | undefined): Finding {
  const checked = 'Session secret';
  if (keptIn === undefined)
    return good(
      checked,
      `${sessionSecrets.length === 1 ? 'one key' : `${sessionSecrets.length} keys`} of at least ${minKeyBytes} bytes`,
    );
  const file = sessionSecretFile(keptIn);
  const stats = look(file);
  if (stats === undefined) return good(checked, `${file} is made on the first start`);
  if (othersMay(stats))
    return bad(
      checked,
      `${file} can be read by others (mode ${mode(stats)})`,
      `Run: chmod 600 ${file}`,
    );
  if (Buffer.byteLength(readFileSync(file, 'utf8').trim()) < minKeyBytes)
    return bad(
      checked,
      `${file} holds fewer than ${minKeyBytes} bytes`,
      `Delete it to have a new one made; everybody signs in once more: rm ${file}`,
    );
  return good(checked, `one key of at least ${minKeyBytes} bytes, in ${file}`);
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

/** The nearest of the directories above that exists, if only as a link to nowhere. */
function existingAbove(directory: string): string {
  const above = path.dirname(directory);
  const isThere = above === directory || look(above, lstatSync) !== undefined;
  return isThere ? above : existingAbove(above);
}

/** Why nothing can be written there, in the system's code; undefined when it can. */
function refusalToWrite(file: string): string | undefined {
  try {
    accessSync(file, constants.W_OK);
    return kernelFileSystems.has(statfsSync(file).type) ? 'EROFS' : undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'EACCES';
  }
}

function cureOf(refusal: string, file: string, stats: Stats): string {
  const elsewhere = 'set DATA_DIR (or DATABASE_URL) to another place';
  if (refusal === 'EROFS') return `The file system is read only: ${elsewhere}.`;
  if (stats.uid === process.getuid?.()) return `Run: chmod u+w ${file}`;
  return `It belongs to another user. Give it to this one (sudo chown -R "$USER" ${file}), or ${elsewhere}.`;
}

function othersMay(stats: Stats): boolean {
  return (stats.mode & 0o077) !== 0;
}

function mode(stats: Stats): string {
  return (stats.mode & 0o777).toString(8).padStart(4, '0');
}
