/** Says why a database can't be opened, and what to do, where starting again would not help. */
import { ConfigError } from '../../shared/environment.ts';
import { sqliteResultCode } from './sqlite.ts';

/** The database was migrated by another version of this program. */
export class UnknownMigrationError extends Error {
  override name = 'UnknownMigrationError';
  readonly migration: string;

  constructor(migration: string) {
    super(`the migration ${migration} is not known here`);
    this.migration = migration;
  }
}

/** Made by versions that were never released. */
const unreleasedMigrations = new Set(['0001-logins-sessions-tokens']);

const damaged =
  'is damaged, or no SQLite database; restore a backup (README, "Backup"), or move it away to begin anew';
const notOurs =
  'can\'t be read and written; give this user the right to it (chown "$USER"), or choose another DATA_DIR or DATABASE_URL';

/** By SQLite's primary result code. https://www.sqlite.org/rescode.html */
const explanations: Record<number, string> = {
  3: notOurs, // SQLITE_PERM
  8: notOurs, // SQLITE_READONLY
  11: damaged, // SQLITE_CORRUPT
  14: notOurs, // SQLITE_CANTOPEN
  26: damaged, // SQLITE_NOTADB
};

/**
 * A {@link ConfigError} with the file and the cure, when nothing but its owner can mend it; else the error as it was, for
 * a lock or a full disk may be gone at the next start.
 */
export function explainOpenFailure(file: string, error: unknown): unknown {
  const explanation = explanationOf(error);
  if (explanation === undefined) return error;
  return new ConfigError(`The BFF cannot start:\n  - DATABASE_URL: ${file} ${explanation}`, {
    variables: ['DATABASE_URL'],
    cause: error,
  });
}

function explanationOf(error: unknown): string | undefined {
  if (error instanceof UnknownMigrationError)
    return unreleasedMigrations.has(error.migration)
      ? 'was made by a version before the first release; move it away: people sign in once more, and nothing else is lost'
      : `was made by a newer version (${error.migration}); update Guildhall, or restore the backup made before`;
  const code = sqliteResultCode(error);
  if (code !== undefined) return explanations[code];
  const { code: systemCode } = error as NodeJS.ErrnoException;
  if (systemCode === 'EACCES' || systemCode === 'EPERM' || systemCode === 'EROFS') return notOurs;
  if (systemCode === 'EISDIR') return 'is a directory; name a file';
  if (systemCode === 'ENOTDIR' || systemCode === 'EEXIST')
    return 'lies beneath a file, not a directory; choose another DATA_DIR or DATABASE_URL';
  if (systemCode === 'ENOENT')
    return "can't be made there; choose another DATA_DIR or DATABASE_URL";
  return undefined;
}
