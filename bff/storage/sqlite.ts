/** Lets Kysely's SQLite dialect drive `node:sqlite`, which needs no native build. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { SqliteAdapter, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';

/** How long one statement waits for another process's write, in milliseconds. It blocks this process meanwhile. */
const busyTimeoutMs = 2_000;

/** Opens (and makes, where missing) the database file, for Kysely. */
export function sqliteDialect(file: string): SqliteDialect {
  return new TransactionalDialect({ database: async () => openDatabase(file) });
}

class TransactionalDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }
}

/** SQLite's DDL is transactional; Kysely's adapter says otherwise, and would migrate half-way. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

function openDatabase(file: string): SqliteDatabase {
  const database = new DatabaseSync(file, {
    timeout: busyTimeoutMs,
    enableForeignKeyConstraints: true,
  });
  // WAL lets several processes read while one writes; NORMAL survives a crash of the process, which is what we promise.
  database.exec(
    'pragma journal_mode = wal; pragma synchronous = normal; pragma secure_delete = on;',
  );
  const statements = new Map<string, SqliteStatement>();
  return {
    prepare(sql) {
      let statement = statements.get(sql);
      if (statement === undefined) {
        statement = adapt(database.prepare(sql));
        // The queries of this room are few and fixed; a list that grows would be a bug elsewhere.
        if (statements.size < 200) statements.set(sql, statement);
      }
      return statement;
    },
    close() {
      statements.clear();
      database.close();
    },
  };
}

function adapt(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
    run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
    iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
  };
}
