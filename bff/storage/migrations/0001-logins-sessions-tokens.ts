import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const loginsSessionsTokens: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('logins')
      .addColumn('browser_hash', 'text', (column) => column.notNull())
      .addColumn('state_hash', 'text', (column) => column.primaryKey().notNull())
      .addColumn('sealed', 'blob', (column) => column.notNull())
      .addColumn('created_at', 'integer', (column) => column.notNull())
      .addColumn('expires_at', 'integer', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('logins_by_browser').on('logins').column('browser_hash').execute();
    await db.schema.createIndex('logins_by_expiry').on('logins').column('expires_at').execute();

    await db.schema
      .createTable('sessions')
      .addColumn('id_hash', 'text', (column) => column.primaryKey().notNull())
      .addColumn('public_id', 'text', (column) => column.notNull().unique())
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('sealed', 'blob', (column) => column.notNull())
      .addColumn('created_at', 'integer', (column) => column.notNull())
      .addColumn('last_seen_at', 'integer', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('sessions_by_user').on('sessions').column('user_id').execute();
    await db.schema
      .createIndex('sessions_by_last_seen')
      .on('sessions')
      .column('last_seen_at')
      .execute();

    await db.schema
      .createTable('tokens')
      .addColumn('session_id_hash', 'text', (column) =>
        column.primaryKey().notNull().references('sessions.id_hash').onDelete('cascade'),
      )
      .addColumn('sealed', 'blob', (column) => column.notNull())
      .addColumn('expires_at', 'integer')
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('lease_owner', 'text')
      .addColumn('lease_until', 'integer')
      .execute();
  },
};
