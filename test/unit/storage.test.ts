import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Database, inTransaction, openStorage } from '../../bff/storage/database.ts';
import { directoryForTest } from '../harness/directory-for-test.ts';

async function open() {
  const file = path.join(directoryForTest(), 'guildhall.db');
  const storage = await openStorage(file);
  onTestFinished(() => storage.database.destroy());
  return { ...storage, file };
}

async function insertLogin(database: Database, hash: string, sealed = new Uint8Array()) {
  await database
    .insertInto('logins')
    .values({ browser_hash: 'b', state_hash: hash, sealed, created_at: 1, expires_at: 2 })
    .execute();
}

async function logins(database: Database): Promise<string[]> {
  const rows = await database.selectFrom('logins').select('state_hash').execute();
  return rows.map((row) => row.state_hash).toSorted();
}

describe('transactions on the database', () => {
  it('take turns, and one that cannot be committed takes nothing of the next with it', async () => {
    const { database } = await open();
    await sql`create table parents (id integer primary key)`.execute(database);
    await sql`create table children (parent integer references parents (id) deferrable initially deferred)`.execute(
      database,
    );
    const failing = database.transaction().execute(async (transaction) => {
      await insertLogin(transaction, 'lost');
      await sql`insert into children values (7)`.execute(transaction); // noticed at the commit
    });
    const next = database.transaction().execute(async (transaction) => {
      await insertLogin(transaction, 'first');
      await new Promise((resolve) => setTimeout(resolve, 20));
      await insertLogin(transaction, 'second');
    });
    await expect(failing).rejects.toThrow(/FOREIGN KEY/);
    await next;
    expect(await logins(database)).toEqual(['first', 'second']);
  });

  it('hide what they do until they are committed, and undo it all when they fail', async () => {
    const { database } = await open();
    await expect(
      inTransaction(database, async (transaction) => {
        await insertLogin(transaction, 'one');
        expect(await logins(database)).toEqual([]);
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('storage');
    expect(await logins(database)).toEqual([]);
  });
});

describe('what was deleted', () => {
  it('SE-21 stands neither in the file nor in its log of writes once it is tidied', async () => {
    const { database, tidy, file } = await open();
    const secret = randomBytes(64);
    await insertLogin(database, 'secret', secret);
    await database.deleteFrom('logins').execute();
    expect(readFileSync(`${file}-wal`).includes(secret)).toBe(true);
    await tidy();
    expect(statSync(`${file}-wal`).size).toBe(0);
    expect(readFileSync(file).includes(secret)).toBe(false);
  });
});
