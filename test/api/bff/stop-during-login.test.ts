import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startBadLine } from '../../harness/bad-line.ts';
import { startBffProcess } from '../../harness/bff-process.ts';
import { directoryForTest } from '../../harness/directory-for-test.ts';
import { discordPaths, people, startDiscord } from '../../harness/discord.ts';
import { freePort } from '../../harness/ports.ts';
import { Stack } from '../../harness/stack.ts';

async function startWorld() {
  const port = await freePort();
  const discord = await startDiscord(`http://localhost:${port}`);
  onTestFinished(() => discord.close());
  const line = await startBadLine(discord.sandbox.url);
  const directory = directoryForTest();
  const start = () =>
    startBffProcess({
      ...discord.environment,
      DISCORD_API_URL: `${line.url}/api`,
      PORT: String(port),
      DATA_DIR: directory,
    });
  const bff = await start();
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
});
