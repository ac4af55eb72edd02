import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, vi } from 'vitest';
import { openProcessesOnBadLine } from '../../harness/bad-line.ts';
import { discordPaths, people } from '../../harness/discord.ts';
import { Stack } from '../../harness/stack.ts';

async function startWorld(environment: Record<string, string> = {}) {
  const { discord, line, directory, start } = await openProcessesOnBadLine();
  const bff = await start(environment);
  const stack = new Stack(discord, { url: bff.url } as never);
  function grants(): number {
    const database = new DatabaseSync(`${directory}/guildhall.db`);
    const row = database.prepare('select count(*) as rows from grants').get();
    database.close();
    return Number(row?.rows);
  }
  return { discord, line, bff, stack, start, grants };
}

describe('a stop in the middle of a login', () => {
  it.each([
    ['the tokens are on their way to us', discordPaths.token, 1],
    ['we ask whose they are', discordPaths.me, 1],
  ])(
    'SD-05 leaves no tokens that are neither stored nor revoked, while %s',
    async (_when, path, times) => {
      const { line, bff, stack, grants, discord } = await startWorld();
      const visitor = stack.visitor();
      const callbackUrl = await stack.callbackOf(visitor);
      line.fail({ path, answer: { late_ms: 1_500 }, times });
      const answer = visitor.get(callbackUrl).catch(() => undefined);
      await vi.waitFor(() => expect(line.arrived).toContain(path));
      bff.child.kill('SIGTERM');
      expect((await bff.ended).code).toBe(0);
      await answer;
      expect(grants() + (await discord.asked(discordPaths.revoke)).length).toBe(1);
    },
  );

  it('SD-05 waits for tokens that come later than it waits for requests', async () => {
    const { line, bff, stack, grants, discord } = await startWorld();
    line.fail({ path: discordPaths.token, answer: { late_ms: 6_500 }, times: 1 });
    const visitor = stack.visitor();
    const ownUrl = await stack.callbackOf(visitor);
    const cut = visitor.get(ownUrl).catch(() => undefined);
    await vi.waitFor(() => expect(line.arrived).toContain(discordPaths.token));
    bff.child.kill('SIGTERM');
    expect((await bff.ended).code).toBe(0);
    await cut;
    expect(grants() + (await discord.asked(discordPaths.revoke)).length).toBe(1);
  });

  it('SD-06 with a kill leaves the person signed in as they were before', async () => {
    const { line, bff, stack, start } = await startWorld();
    let running = bff;
    const visitor = await stack.signedIn();
    for (const path of [discordPaths.token, discordPaths.me]) {
      const callbackUrl = await stack.callbackOf(visitor, people.owner.id);
      line.arrived.length = 0;
      line.fail({ path, answer: { late_ms: 60_000 }, times: 1 });
      visitor.get(callbackUrl).catch(() => {}); // dies with the process
      await vi.waitFor(() => expect(line.arrived).toContain(path));
      running.child.kill('SIGKILL');
      await running.ended;
      running = await start();
      expect(await stack.whoIs(visitor)).toMatchObject({ id: people.member.id });
      expect((await visitor.api('/api/guilds')).status).toBe(200);
    }
  });

  it('SD-07 by a failure that nobody awaited leaves no tokens that are neither stored nor revoked', async () => {
    // Only from outside can a process of ours be made to fail in a way it does not know.
    const planted = "process.on('SIGUSR2', () => { throw new Error('planted'); });";
    const { line, bff, stack, grants, discord } = await startWorld({
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(planted)}`,
    });
    const visitor = stack.visitor();
    const callbackUrl = await stack.callbackOf(visitor);
    line.fail({ path: discordPaths.token, answer: { late_ms: 1_500 }, times: 1 });
    const answer = visitor.get(callbackUrl).catch(() => undefined);
    await vi.waitFor(() => expect(line.arrived).toContain(discordPaths.token));
    bff.child.kill('SIGUSR2');
    const { code, output } = await bff.ended;
    expect(code).toBe(1);
    expect(output).toContain('"event":"unhandled_failure"');
    await answer;
    expect(grants() + (await discord.asked(discordPaths.revoke)).length).toBe(1);
  });
});
