import { existsSync, readdirSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { startBffProcess } from '../../harness/bff-process.ts';
import { json, loginAt, providerPaths, startProvider } from '../../harness/provider.ts';
import { Visitor } from '../../harness/visitor.ts';

describe('a process that is told to stop', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'SD-01 answers what was asked before it goes, in order (%s)',
    async (signal) => {
      const provider = await startProvider();
      const bff = await startBffProcess(provider.environment);
      const { visitor } = await loginAt(bff.url);
      const listAsked = Promise.withResolvers<() => void>();
      provider.answer(providerPaths.guilds, (...call) =>
        listAsked.resolve(() => json([])(...call)),
      );
      const asked = visitor.api('/api/guilds');
      const finish = await listAsked.promise;
      const stoppedAt = performance.now();
      bff.child.kill(signal);
      await vi.waitFor(() => expect(bff.output()).toContain('"event":"stopping"'));
      await expect(visitor.get('/healthz')).rejects.toThrow(/ECONNREFUSED/);
      finish();
      expect((await asked).status).toBe(200);
      const { code } = await bff.ended;
      expect(code).toBe(0);
      expect(performance.now() - stoppedAt).toBeLessThan(3_000);
      expect(bff.output()).not.toMatch(/unhandled|"level":[56]0/);
      // A clean end folds SQLite's journal back into the file.
      expect(readdirSync(bff.directory).toSorted()).toEqual([
        'guildhall.db',
        'guildhall.db.reserve',
        'session-secret',
      ]);
    },
  );

  it('SD-02 waits for nobody: open streams, idle connections and half a request', async () => {
    const bff = await startBffProcess();
    const stream = request(`${bff.url}/api/events`).end();
    stream.on('error', () => undefined);
    await new Promise((resolve) => stream.once('response', resolve));
    const half = request(`${bff.url}/api/logout`, {
      method: 'POST',
      headers: { 'x-csrf': '1', 'content-length': '10' },
    });
    half.on('error', () => undefined);
    half.write('x');
    await sleep(100);
    const stoppedAt = performance.now();
    bff.child.kill('SIGTERM');
    bff.child.kill('SIGTERM');
    expect(await bff.ended).toMatchObject({ code: 0 });
    expect(performance.now() - stoppedAt).toBeLessThan(10_000);
  });

  it('SD-03 stores a refresh that is on its way and whose asker has gone; the session goes on after the next start', async () => {
    const provider = await startProvider({
      [providerPaths.token]: json({
        access_token: 'short',
        token_type: 'Bearer',
        refresh_token: 'first-refresh',
        expires_in: 0.01,
      }),
    });
    const bff = await startBffProcess({ ...provider.environment, SESSION_SECRET: 'k'.repeat(40) });
    const { visitor } = await loginAt(bff.url);
    provider.answer(providerPaths.token, (...call) => {
      setTimeout(
        () =>
          json({
            access_token: 'long',
            token_type: 'Bearer',
            refresh_token: 'second-refresh',
            expires_in: 9_999,
          })(...call),
        400,
      );
    });
    const asker = new AbortController();
    const asked = fetch(`${bff.url}/api/guilds`, {
      headers: {
        'x-csrf': '1',
        cookie: [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
      signal: asker.signal,
    }).catch(() => undefined);
    await vi.waitFor(() => expect(provider.to(providerPaths.token)).toHaveLength(2));
    asker.abort();
    await asked;
    bff.child.kill('SIGTERM');
    expect(await bff.ended).toMatchObject({ code: 0 });
    const again = await startBffProcess({
      ...provider.environment,
      SESSION_SECRET: 'k'.repeat(40),
      DATABASE_URL: `file:${bff.directory}/guildhall.db`,
    });
    const returned = new Visitor(again.url);
    for (const [name, value] of visitor.cookies) returned.cookies.set(name, value);
    expect((await returned.api('/api/guilds')).status).toBe(200);
    expect(provider.to(providerPaths.token)).toHaveLength(2);
    expect(provider.to(providerPaths.guilds).at(-1)?.headers.authorization).toBe('Bearer long');
    expect(existsSync(`${bff.directory}/guildhall.db`)).toBe(true);
  });

  it('SD-04 says so when its port is taken, and does not try again', async () => {
    const bff = await startBffProcess();
    const port = new URL(bff.url).port;
    await expect(startBffProcess({ PORT: port })).rejects.toThrow(
      new RegExp(`PORT ${port}.*taken`),
    );
    expect((await new Visitor(bff.url).get('/healthz')).status).toBe(200);
  });
});
