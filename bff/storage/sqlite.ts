/**
 * Drives `node:sqlite`, which needs no native build, for Kysely. A statement that meets another's lock is tried again
 * without blocking the event loop: SQLite's own busy timeout would hold up the count and every stream meanwhile. A
 * transaction runs on a connection of its own, so that what is read beside it neither waits for it nor lands in it.
 */
import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteDialect,
} from 'kysely';
import type { DiskReserve } from './disk-reserve.ts';

/** How long one statement waits for another's lock. Shorter than any request may take. */
const lockTimeoutMs = 4_000;
/** The longest pause between two tries. */
const longestPauseMs = 40;

/** SQLite's primary result codes. https://www.sqlite.org/rescode.html */
export const sqliteBusy = 5;
const sqliteFull = 13;

/**
 * The disk was full and SQLite rolled the transaction back, but there is room now: done again from its beginning it may
 * work.
 */
export class RoomMadeError extends Error {
  override name = 'RoomMadeError';
}

/** The primary result code of an error of SQLite's; undefined for any other error. */
export function sqliteResultCode(error: unknown): number | undefined {
  const { errcode } = error as { errcode?: unknown };
  return typeof errcode === 'number' ? errcode & 0xff : undefined;
}

/** Opens (and makes, where missing, mode 0600) the database file. `reserve` is given up when the disk is full. */
export function sqliteDialect(file: string, reserve: DiskReserve): SqliteDialect {
  return new PatientDialect(file, reserve);
}

class PatientDialect extends SqliteDialect {
  readonly #file: string;
  readonly #reserve: DiskReserve;

  constructor(file: string, reserve: DiskReserve) {
    super({
      database: async () => {
        throw new Error('the driver below opens the file');
      },
    });
    this.#file = file;
    this.#reserve = reserve;
  }

  override createDriver(): Driver {
    return new PatientDriver(this.#file, this.#reserve);
  }

  override createAdapter(): SqliteAdapter {
    return new PatientAdapter();
  }
}

class PatientAdapter extends SqliteAdapter {
  /** The driver keeps what runs side by side apart. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }

  /** SQLite's DDL is transactional; Kysely's adapter says otherwise, and would migrate half-way. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** One open file: its statements are prepared once. */
type Handle = { database: DatabaseSync; statements: Map<string, Prepared> };

/** A statement, and whether it gives rows, which costs too much to ask each time. */
type Prepared = { statement: StatementSync; isReader: boolean };

class PatientDriver implements Driver {
  readonly #file: string;
  readonly #reserve: DiskReserve;
  #single: Handle | undefined;
  #transactional: Handle | undefined;
  /** Resolves when the transaction before has ended. */
  #turn: Promise<void> = Promise.resolve();

  constructor(file: string, reserve: DiskReserve) {
    this.#file = file;
    this.#reserve = reserve;
  }

  async init(): Promise<void> {
    this.#single = await openHandle(this.#file);
    this.#transactional = await openHandle(this.#file);
  }

  async acquireConnection(): Promise<PatientConnection> {
    if (this.#single === undefined) throw new Error('the database is not open');
    return new PatientConnection(this.#single, this.#reserve);
  }

  /** `begin immediate`: it waits for the lock now, when nothing is lost by waiting, and not at its first write. */
  async beginTransaction(connection: PatientConnection): Promise<void> {
    if (this.#transactional === undefined) throw new Error('the database is not open');
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    if (!(await isSoon(before))) {
      void before.then(resolve);
      throw new Error(`the database was busy with other transactions for ${lockTimeoutMs} ms`);
    }
    try {
      await connection.begin(this.#transactional, resolve);
    } catch (error) {
      resolve();
      throw error;
    }
  }

  async commitTransaction(connection: PatientConnection): Promise<void> {
    await connection.end('commit');
  }

  async rollbackTransaction(connection: PatientConnection): Promise<void> {
    await connection.end('rollback');
  }

  async releaseConnection(): Promise<void> {
    // Nothing is held outside a transaction.
  }

  async destroy(): Promise<void> {
    await this.#turn;
    for (const handle of [this.#single, this.#transactional]) handle?.database.close();
  }
}

class PatientConnection implements DatabaseConnection {
  #handle: Handle;
  readonly #reserve: DiskReserve;
  #endTurn: (() => void) | undefined;
  /** Whether something is removed here: only that may have the reserve. */
  #removes = false;

  constructor(handle: Handle, reserve: DiskReserve) {
    this.#handle = handle;
    this.#reserve = reserve;
  }

  async begin(handle: Handle, endTurn: () => void): Promise<void> {
    await patiently(() => handle.database.exec('begin immediate'));
    this.#handle = handle;
    this.#endTurn = endTurn;
  }

  async end(how: 'commit' | 'rollback'): Promise<void> {
    // Kysely rolls back what it could not commit, when the turn is the next transaction's already.
    if (this.#endTurn === undefined) return;
    const { database } = this.#handle;
    try {
      await this.#run(() => database.exec(how));
    } finally {
      // A commit that failed leaves its transaction open, and the next one could not begin.
      if (database.isTransaction) database.exec('rollback');
      this.#endTurn();
      this.#endTurn = undefined;
    }
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    this.#removes ||= sql.startsWith('delete ');
    return await this.#run(() => {
      const { statement, isReader } = prepared(this.#handle, sql);
      const values = parameters as SQLInputValue[];
      if (isReader) return { rows: statement.all(...values) as Row[] };
      const { changes, lastInsertRowid } = statement.run(...values);
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
    });
  }

  /** Runs `action`; once more when the disk was full and room could be made. @throws {RoomMadeError} in a transaction */
  async #run<T>(action: () => T): Promise<T> {
    const { database } = this.#handle;
    const inTransaction = this.#endTurn !== undefined;
    // What belongs to a transaction must not be done without it: a full disk may have ended it.
    if (inTransaction && !database.isTransaction)
      throw new Error('the transaction was rolled back');
    try {
      return await patiently(action);
    } catch (error) {
      if (sqliteResultCode(error) !== sqliteFull) throw error;
      if (database.isTransaction) database.exec('rollback');
      if (!this.#makeRoom()) throw error;
      if (inTransaction) throw new RoomMadeError('the disk was full', { cause: error });
      return await patiently(action);
    }
  }

  #makeRoom(): boolean {
    // The log can begin anew once the file has grown by what stands in it, which takes room too.
    const isFreed = this.#removes && this.#reserve.free();
    return reuseWriteAheadLog(this.#handle) || isFreed;
  }

  // eslint-disable-next-line require-yield
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('nothing here is streamed');
  }
}

/** Tells whether `turn` comes within the time a lock is waited for. */
async function isSoon(turn: Promise<void>): Promise<boolean> {
  const impatience = new AbortController();
  const tooLate = sleep(lockTimeoutMs, false, { signal: impatience.signal, ref: false });
  try {
    return await Promise.race([turn.then(() => true), tooLate]);
  } finally {
    impatience.abort();
    tooLate.catch(() => {}); // aborted: the turn came
  }
}

/** Runs `action`, again and again while it meets a lock. */
async function patiently<T>(action: () => T): Promise<T> {
  let deadline: number | undefined;
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return action();
    } catch (error) {
      if (sqliteResultCode(error) !== sqliteBusy) throw error;
      deadline ??= performance.now() + lockTimeoutMs;
      if (performance.now() > deadline) throw error;
    }
    await sleep(pauseMs * (0.5 + Math.random() / 2));
  }
}

/** Lets the log of writes begin anew in the room that it has; tells whether it has any. */
function reuseWriteAheadLog({ database }: Handle): boolean {
  try {
    const row = database.prepare('pragma wal_checkpoint(restart)').get();
    return row?.busy === 0 && Number(row.log) > 0;
  } catch {
    return false; // no room to write it into the file itself either
  }
}

async function openHandle(file: string): Promise<Handle> {
  // Made by us with its mode: SQLite would make it readable for others until somebody changed that. -wal and -shm follow it.
  closeSync(openSync(file, 'a', 0o600));
  for (const suffix of ['', '-wal', '-shm'])
    if (existsSync(file + suffix)) chmodSync(file + suffix, 0o600);
  const database = new DatabaseSync(file, { timeout: 0, enableForeignKeyConstraints: true });
  try {
    // WAL lets several processes read while one writes; NORMAL survives a crash of the process, which is what we promise.
    await patiently(() =>
      database.exec(
        'pragma journal_mode = wal; pragma synchronous = normal; pragma secure_delete = on;',
      ),
    );
  } catch (error) {
    database.close();
    throw error;
  }
  return { database, statements: new Map() };
}

/** The queries of the BFF are few and fixed, so each is prepared once. A list that grows would be a bug elsewhere. */
const maxStatements = 200;

function prepared({ database, statements }: Handle, sql: string): Prepared {
  let known = statements.get(sql);
  if (known === undefined) {
    const statement = database.prepare(sql);
    known = { statement, isReader: statement.columns().length > 0 };
    if (statements.size < maxStatements) statements.set(sql, known);
  }
  return known;
}
