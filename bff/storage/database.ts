/** Opens the database and brings its tables up to date. Knows files and tables, nothing of what is in them. */
import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { storageUnavailable } from '../errors.ts';
import { loginsSessionsTokens } from './migrations/0001-logins-sessions-tokens.ts';
import { sqliteDialect } from './sqlite.ts';
import type { Tables } from './tables.ts';

export type Database = Kysely<Tables>;

/**
 * Opens the SQLite file, making it (0600) and its directory (0700) where they are missing, and migrates it. Two
 * processes may do so at once: whoever comes second waits for the first and finds nothing to do.
 */
export async function openDatabase(file: string): Promise<Database> {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const database = new Kysely<Tables>({ dialect: sqliteDialect(file) });
  try {
    await database.transaction().execute(migrate);
  } catch (error) {
    await database.destroy();
    throw error;
  }
  for (const suffix of ['', '-wal', '-shm']) chmodIfThere(file + suffix);
  return database;
}

async function migrate(transaction: Kysely<Tables>): Promise<void> {
  // A write first: it waits for the other process; a read first would see the file as it was before the other was done.
  await sql`pragma user_version = 1`.execute(transaction);
  const migrator = new Migrator({
    db: transaction,
    provider: {
      getMigrations: async () => ({ '0001-logins-sessions-tokens': loginsSessionsTokens }),
    },
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

function chmodIfThere(file: string): void {
  try {
    chmodSync(file, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** Runs a query and turns whatever storage throws into one 503. */
export async function fromStorage<T>(query: () => Promise<T>): Promise<T> {
  try {
    return await query();
  } catch (error) {
    throw storageUnavailable(error);
  }
}
