/**
 * People sign in, read and sign out while Discord misbehaves and every process is killed and started again. The seed, which is
 * printed, orders all of it: FAULT_SEED and FAULT_ROUNDS repeat a run, FAULT_SECONDS lengthens one.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { discordPaths, people } from '../../harness/discord.ts';
import { PersonAtBrowser, type Shared } from './person-at-browser.ts';
import { isPatient, type Kill, type PartName, type Round, roundOf } from './schedule.ts';
import { deadlineMs, startWorld, type World } from './world.ts';

const seed = Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 1e9));
const seconds = Number(process.env.FAULT_SECONDS ?? 12);
const rounds = process.env.FAULT_ROUNDS === undefined ? null : Number(process.env.FAULT_ROUNDS);

/** Due at once, for tokens are refreshed 60 s ahead, and good for a while. */
const firstTokenSeconds = 30;

/** Ends parts when the round says so. Gives what is called at the round's end: which parts were ended. */
function armKill({ parts, line }: World, kill: Kill, shared: Shared): () => Promise<PartName[]> {
  let ending: Promise<unknown> | undefined;
  const end = (): void => {
    if (ending !== undefined) return;
    if (kill.parts.some((part) => part.startsWith('bff'))) shared.mayBreak = true;
    ending = Promise.all(kill.parts.map((part) => parts[part].stop(kill.signal)));
  };
  const endSoon = (): void => {
    if (kill.when.afterMs === 0) end();
    else setTimeout(end, kill.when.afterMs);
  };
  const stopListening = line.onAnswered((answered) => {
    if (answered === kill.when.path) endSoon();
  });
  if (kill.when.path === null) endSoon();
  return async () => {
    stopListening();
    end(); // what it waited for never came
    await ending;
    return kill.parts;
  };
}

async function live(
  world: World,
  round: Round,
  browsers: PersonAtBrowser[],
  shared: Shared,
): Promise<void> {
  const { discord, line, urls, parts } = world;
  if (round.tokenSeconds !== null)
    await discord.settings({ access_token_ttl_seconds: round.tokenSeconds });
  for (const fault of round.discordFaults) await discord.fault(fault);
  for (const fault of round.lineFaults) line.fail(fault);
  if (round.gateway !== null) await discord.control('POST', '/gateway', { action: round.gateway });

  const finishKill = round.kill === null ? undefined : armKill(world, round.kill, shared);
  await Promise.all(
    round.acts.map(async ({ browser, action, bff, delayMs, restMs }) => {
      await sleep(delayMs);
      await browsers[browser]?.act(action, urls[bff] ?? '', restMs);
    }),
  );
  const ended = (await finishKill?.()) ?? [];
  for (const part of ended) parts[part].start();
  line.heal();
  await world.whole();
  if (ended.includes('sandbox')) {
    for (const browser of browsers) browser.forgetDiscord();
    await discord.settings({ access_token_ttl_seconds: firstTokenSeconds });
  }
  await discord.clearFaults();
  shared.mayBreak = false;
  for (const [index, browser] of browsers.entries())
    if (isPatient(index) && browser.state !== 'in') await browser.act('sign in', urls[0] ?? '');
}

/** How many refreshes Discord's journal still holds. */
async function refreshesAt({ discord }: World): Promise<number> {
  const asked = await discord.asked(discordPaths.token);
  return asked.filter(({ body }) => body?.grant_type === 'refresh_token').length;
}

it(
  `AV-11 nobody is signed out or somebody else, and nothing ended works, whatever fails (seed ${seed})`,
  async () => {
    const world = await startWorld();
    const { parts, discord, urls, directory } = world;
    const shared: Shared = { discord, guildsOf: new Map(), violations: [], mayBreak: false };
    const browsers = Object.entries(people).flatMap(([name, { id }]) =>
      [1, 2].map((number) => new PersonAtBrowser(id, `${name} at browser ${number}`, shared)),
    );
    let number = 0;
    try {
      await world.whole();
      await discord.settings({ access_token_ttl_seconds: firstTokenSeconds });
      await Promise.all(browsers.map((browser) => browser.act('sign in', urls[0] ?? '')));
      expect(shared.violations).toEqual([]);
      const before = { memoryMb: parts['bff 0'].residentMb(), files: parts['bff 0'].openFiles() };

      const end = performance.now() + seconds * 1_000;
      while (rounds === null ? performance.now() < end : number < rounds) {
        const round = roundOf(seed, number, { browsers: browsers.length, deadlineMs });
        await live(world, round, browsers, shared);
        for (const [index, browser] of browsers.entries())
          await browser.checkSession(urls[index % 2] ?? '');
        expect(shared.violations, `round ${number}: ${JSON.stringify(round)}`).toEqual([]);
        number += 1;
      }

      // What is still on its way to Discord arrives, its Retry-After and our own pauses are over.
      await sleep(deadlineMs * 6);
      const held = browsers.filter(({ state }) => state === 'in').length;
      for (const browser of browsers) await browser.checkAll(urls[0] ?? '');
      expect(shared.violations, 'in the end').toEqual([]);
      await sleep(500);
      expect(parts['bff 0'].residentMb()).toBeLessThan(before.memoryMb + 120);
      expect(parts['bff 0'].openFiles()).toBeLessThan(before.files + 40);

      const refreshes = await refreshesAt(world);
      const total = (what: keyof PersonAtBrowser['done']): number =>
        browsers.reduce((sum, browser) => sum + browser.done[what], 0);
      console.log(
        `fault run: seed ${seed}, ${number} rounds, ${total('signIns')} sign-ins, ${total('reads')} reads, ` +
          `${total('signOuts')} sign-outs, ${refreshes} refreshes lately, ${total('failures')} failures, ${total('broken')} cut off, ` +
          `${held} sessions held, ${total('reconnects')} of them asked for Discord again`,
      );
      expect(total('signIns')).toBeGreaterThanOrEqual(2 * browsers.length - held);

      for (const name of ['bff 0', 'bff 1', 'bot'] as const)
        expect(await parts[name].stop('SIGTERM'), name).toBe(0);
      expect(existsSync(path.join(directory, 'run', 'bot.sock'))).toBe(false);
      for (const [name, part] of Object.entries(parts)) expect(part.errors, name).toBe('');
    } catch (error) {
      console.error(
        `fault run: red in round ${number}; repeat it with FAULT_SEED=${seed} FAULT_ROUNDS=${number + 1}\n` +
          shared.violations.join('\n'),
      );
      throw error;
    } finally {
      await world.close();
    }
  },
  180_000 + seconds * 3_000,
);
