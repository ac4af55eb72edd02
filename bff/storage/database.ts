/** Opens the database and brings its tables up to date. Knows files and tables, nothing of what is in them. */
import path from 'node:path';
import { Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { makePrivateDirectory } from '../../shared/private-directory.ts';
import { Failure, storageUnavailable } from '../failure.ts';
import { createDiskReserve } from './disk-reserve.ts';
import { explainOpenFailure, UnknownMigrationError } from './open-failure.ts';
import { loginsSessionsGrants } from './migrations/0001-logins-sessions-grants.ts';
import { RoomMadeError, sqliteBusy, sqliteDialect, sqliteResultCode } from './sqlite.ts';
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

/** How long a lock is waited for at the start. Whoever holds one for longer is told so by a start that fails. */
const openingTimeoutMs = 30_000;

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
    await openPatiently(database);
  } catch (error) {
    await database.destroy();
    throw explainOpenFailure(file, error);
  }
  reserve.refill();
  return {
    database,
    async tidy() {
      // On a full disk the log keeps its room: nobody could sign out if somebody else took it.
      await fromStorage(() =>
        (reserve.refill()
          ? sql`pragma wal_checkpoint(truncate)`
          : sql`pragma wal_checkpoint(restart)`
        ).execute(database),
      );
    },
  };
}

/** A lock at the start is somebody's backup or another process that migrates: it goes by. */
async function openPatiently(database: Database): Promise<void> {
  const deadline = performance.now() + openingTimeoutMs;
  for (;;)
    try {
      await database.transaction().execute(migrate);
      return;
    } catch (error) {
      if (sqliteResultCode(error) !== sqliteBusy || performance.now() > deadline) throw error;
    }
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

/**
 * Runs `change` in a transaction, and once more from its beginning when the disk was full and room could be made: it must
 * touch nothing but the database.
 */
export async function inTransaction<T>(
  database: Database,
  change: (transaction: Database) => Promise<T>,
): Promise<T> {
  const attempt = (): Promise<T> => fromStorage(() => database.transaction().execute(change));
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof Failure && error.cause instanceof RoomMadeError)) throw error;
    return await attempt();
  }
}

/** Runs a query and turns whatever storage throws into one {@link storageUnavailable}. */
export async function fromStorage<T>(query: () => Promise<T>): Promise<T> {
  try {
    return await query();
  } catch (error) {
    throw error instanceof Failure ? error : storageUnavailable(error);
  }
}
