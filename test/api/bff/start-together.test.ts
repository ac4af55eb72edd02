import { expect, it } from 'vitest';
import { startBffProcess } from '../../harness/bff-process.ts';
import { directoryForTest } from '../../harness/directory-for-test.ts';
import { Visitor } from '../../harness/visitor.ts';

it('SE-22 four BFFs that start at the same moment on a new directory share one database and one secret', async () => {
  const directory = directoryForTest();
  const bffs = await Promise.all(
    Array.from({ length: 4 }, () => startBffProcess({ DATA_DIR: directory })),
  );
  const [first, ...others] = bffs.map(({ url }) => new Visitor(url));
  // A login cookie signed and sealed by one is good for all: the others let the same browser go on.
  await first?.get('/discord/login');
  for (const other of others) {
    for (const [name, value] of first?.cookies ?? []) other.cookies.set(name, value);
    expect((await other.get('/readyz')).status).toBe(200);
    const again = await other.get('/discord/login');
    expect(again.headers['set-cookie']).toContainEqual(
      expect.stringContaining(`guildhall-login=${first?.cookies.get('guildhall-login')};`),
    );
  }
});
