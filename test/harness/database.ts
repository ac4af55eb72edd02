/** The BFF's database file, opened beside it: to look at what is stored, and to spoil it. */
import { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import type { TestBff } from './bff.ts';

/** Opens the file for the running test. */
export function databaseOf(bff: TestBff): DatabaseSync {
  const database = new DatabaseSync(bff.config.databaseFile, { timeout: 1_000 });
  onTestFinished(() => {
    if (database.isOpen) database.close();
  });
  return database;
}

/** How many rows a table has. */
export function rowsIn(bff: TestBff, table: 'logins' | 'sessions' | 'grants'): number {
  const database = databaseOf(bff);
  const row = database.prepare(`select count(*) as rows from ${table}`).get();
  database.close();
  return Number(row?.rows);
}
