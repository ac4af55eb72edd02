import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** A SHA-256 in base64url. */
const hash = 'varchar(43)';

export const loginsSessionsGrants: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('logins')
      .addColumn('state_hash', hash, (column) => column.primaryKey().notNull())
      .addColumn('browser_hash', hash, (column) => column.notNull())
      .addColumn('sealed', 'blob', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('logins_by_browser').on('logins').column('browser_hash').execute();
    await db.schema.createIndex('logins_by_expiry').on('logins').column('expires_at').execute();
    await db.schema.createIndex('logins_by_age').on('logins').column('created_at').execute();

    await db.schema
      .createTable('sessions')
      .addColumn('id_hash', hash, (column) => column.primaryKey().notNull())
      .addColumn('public_id', hash, (column) => column.notNull().unique())
      .addColumn('provider', 'varchar(20)', (column) => column.notNull())
      .addColumn('subject', 'varchar(255)', (column) => column.notNull())
      .addColumn('sealed', 'blob', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('last_seen_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex('sessions_by_subject')
      .on('sessions')
      .columns(['provider', 'subject'])
      .execute();
    await db.schema
      .createIndex('sessions_by_last_seen')
      .on('sessions')
      .column('last_seen_at')
      .execute();

    await db.schema
      .createTable('grants')
      .addColumn('provider', 'varchar(20)', (column) => column.notNull())
      .addColumn('subject', 'varchar(255)', (column) => column.notNull())
      .addColumn('sealed', 'blob', (column) => column.notNull())
      .addColumn('expires_at', 'bigint')
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('doubtful', 'integer', (column) => column.notNull())
      .addColumn('lost', 'integer', (column) => column.notNull())
      .addColumn('lease_owner', 'varchar(36)')
      .addColumn('lease_until', 'bigint')
      .addPrimaryKeyConstraint('grants_key', ['provider', 'subject'])
      .execute();

    await db.schema
      .createTable('revocations')
      .addColumn('id', 'varchar(36)', (column) => column.primaryKey().notNull())
      .addColumn('provider', 'varchar(20)', (column) => column.notNull())
      .addColumn('subject', 'varchar(255)', (column) => column.notNull())
      .addColumn('sent_at', 'bigint', (column) => column.notNull())
      .addColumn('settled_at', 'bigint')
      .execute();
    await db.schema
      .createIndex('revocations_by_subject')
      .on('revocations')
      .columns(['provider', 'subject'])
      .execute();
  },
};
