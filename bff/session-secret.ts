/** The key that seals what is stored, when the environment names none: made on the first start and kept in the data directory. */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { ConfigError } from '../shared/environment.ts';
import { makePrivateDirectory } from '../shared/private-directory.ts';

/** A key is at least this long. */
export const minKeyBytes = 32;

/** Where the key is kept. */
export function sessionSecretFile(dataDir: string): string {
  return path.join(dataDir, 'session-secret');
}

/**
 * Reads the key, and makes it when there is none. It is written whole under another name first: a process that starts at
 * the same moment finds either nothing or all of it, and whoever links it first wins.
 * @throws {ConfigError} when it can't be kept, or was spoilt
 */
export function keepSessionSecret(dataDir: string): string {
  const file = sessionSecretFile(dataDir);
  let secret: string;
  try {
    makePrivateDirectory(dataDir);
    if (!existsSync(file)) make(file);
    // A change that is not needed may not be allowed either: on a file system that is read only, say.
    if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
    secret = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw refused(
      `the session secret cannot be kept there (${(error as Error).message}). Give this user the directory (sudo chown -R "$USER" ${dataDir}), or set another DATA_DIR, or set SESSION_SECRET`,
      dataDir,
      error,
    );
  }
  if (Buffer.byteLength(secret) < minKeyBytes)
    throw refused(
      `${file} holds fewer than ${minKeyBytes} bytes; delete it to have a new one made (everybody signs in once more)`,
      dataDir,
    );
  return secret;
}

function make(file: string): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, randomBytes(minKeyBytes).toString('base64url'), { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
}

function refused(problem: string, dataDir: string, cause?: unknown): ConfigError {
  return new ConfigError(`The BFF cannot start:\n  - DATA_DIR ${dataDir}: ${problem}`, {
    variables: ['DATA_DIR'],
    cause,
  });
}
