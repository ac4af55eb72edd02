/** Opens the database and brings its tables up to date. Knows files and tables, nothing of what is in them. */
import path from 'node:path';
import { Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { makePrivateDirectory } from '../../shared/private-directory.ts';
import { Failure, storageUnavailable } from '../failure.ts';
import { createDiskReserve } from './disk-reserve.ts';
import { explainOpenFailure, UnknownMigrationError } from './open-failure.ts';
import { loginsSessionsGrants } from './migrations/0001-logins-sessions-grants.ts';
import { sqliteDialect } from './sqlite.ts';
import type { Tables } from './tables.ts';

export type Database = Kysely<Tables>;

/** An open database, and what keeps it in order. */
export type Storage = {
  database: Database;
  /**
   * Takes what was deleted out of the file's log of writes too, where it would stay readable until overwritten, and
   * renews the disk's reserve.
   */
  tidy(): Promise<void>;
};

const migrations: Record<string, Migration> = {
  '0001-logins-sessions-grants': loginsSessionsGrants,
};

/**
 * Opens the SQLite file, making it (0600) and its directory (0700) where they are missing, and migrates it. Two
 * processes may do so at once: whoever comes second waits for the first and finds nothing to do.
 * @throws {ConfigError} when the file can't be used, whatever one waits: damaged, newer, not ours to write
 */
export async function openStorage(file: string): Promise<Storage> {
  const reserve = createDiskReserve(`${file}.reserve`);
  const database = new Kysely<Tables>({ dialect: sqliteDialect(file, reserve) });
  try {
    makePrivateDirectory(path.dirname(file));
    await database.transaction().execute(migrate);
  } catch (error) {
    await database.destroy();
    throw explainOpenFailure(file, error);
  }
  reserve.refill();
  return {
    database,
    async tidy() {
      await fromStorage(() => sql`pragma wal_checkpoint(truncate)`.execute(database));
      reserve.refill();
    },
  };
}

async function migrate(transaction: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({
    db: transaction,
    provider: { getMigrations: async () => migrations },
  });
  for (const { name } of await executedMigrations(transaction))
    if (!Object.hasOwn(migrations, name)) throw new UnknownMigrationError(name);
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

async function executedMigrations(transaction: Kysely<Tables>): Promise<{ name: string }[]> {
  const tables = await transaction.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === 'kysely_migration')) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(
    transaction,
  );
  return rows;
}

/** Runs a query and turns whatever storage throws into one {@link storageUnavailable}. */
export async function fromStorage<T>(query: () => Promise<T>): Promise<T> {
  try {
    return await query();
  } catch (error) {
    throw error instanceof Failure ? error : storageUnavailable(error);
  }
}
