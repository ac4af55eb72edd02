/**
 * What happens in a fault run, round by round, from its seed alone: who does what, what goes wrong on the way to Discord, and
 * which process is killed when. Nothing here depends on how fast anything is, so a round can be had again.
 */
import { discordPaths, type Fault } from '../../harness/discord.ts';
import type { LineFault } from '../../harness/bad-line.ts';
import { SeededRandom } from './seeded-random.ts';

/**
 * `finish`: comes back from Discord with a login begun in a round before, if there is one. `out and in`: signs out, at once in
 * again, and reads.
 */
export type Action = 'read' | 'sign in' | 'begin' | 'finish' | 'sign out' | 'out and in';

/** One browser's part in a round. `bff` is the process it talks to; `restMs` how long who came back in waits before reading. */
export type Act = {
  browser: number;
  action: Action;
  bff: number;
  delayMs: number;
  restMs: number;
};

export type PartName = 'bff 0' | 'bff 1' | 'bot' | 'sandbox';

/** `when`: so long after the round began, or after Discord has answered a request to a path, before we hear of it. */
export type Kill = {
  parts: PartName[];
  signal: 'SIGKILL' | 'SIGTERM';
  when: { path: string | null; afterMs: number };
};

export type Round = {
  acts: Act[];
  lineFaults: LineFault[];
  discordFaults: Fault[];
  kill: Kill | null;
  /** How long tokens live that are issued from now on; null leaves it. */
  tokenSeconds: number | null;
  gateway: 'drop' | 'reconnect' | 'invalidate' | null;
};

/**
 * Who only reads, at both their browsers: what they hold must outlast everything but a Discord that has forgotten them. The
 * others sign in and out, and so their grants are revoked.
 */
export function isPatient(browser: number): boolean {
  return browser % 4 < 2;
}

/** Makes round `number` of the run with this seed. `deadlineMs` is how long the BFF waits for Discord. */
export function roundOf(
  seed: number,
  number: number,
  { browsers, deadlineMs }: { browsers: number; deadlineMs: number },
): Round {
  const random = new SeededRandom(seed * 7_919 + number);
  const chance = (of: number): boolean => random.next() < of;
  // Where something can be lost, more often.
  const { token, revoke, me, guilds } = discordPaths;
  const paths = [token, token, token, revoke, revoke, me, guilds];

  const acts: Act[] = [];
  const busy = new Set<number>();
  for (let count = random.between(5, 8); count > 0; count -= 1) {
    const browser = random.between(0, browsers - 1);
    if (busy.has(browser)) continue;
    busy.add(browser);
    acts.push({
      browser,
      action: isPatient(browser)
        ? 'read'
        : random.pick([
            'read',
            'sign in',
            'begin',
            'finish',
            'finish',
            'sign out',
            'out and in',
            'out and in',
            'out and in',
          ]),
      bff: random.between(0, 1),
      delayMs: random.between(0, 40),
      restMs: random.pick([0, deadlineMs * 2]),
    });
  }

  const lineFaults: LineFault[] = [];
  for (const { browser, bff } of acts.filter(({ action }) => action === 'out and in')) {
    // A person's grant is revoked with their last session, so the other browser goes first.
    const other = browser ^ 1;
    if (!busy.has(other)) {
      busy.add(other);
      acts.push({ browser: other, action: 'sign out', bff, delayMs: 0, restMs: 0 });
    }
    if (chance(0.7))
      lineFaults.push({
        path: discordPaths.revoke,
        times: 1,
        held_ms: random.between(50, deadlineMs * 2),
      });
  }

  for (let count = random.between(0, 3); count > 0; count -= 1) {
    const path = random.pick(paths);
    const times = random.between(1, 2);
    lineFaults.push(
      random.pick<LineFault>([
        { path, times, answer: 'reset' },
        { path, times, answer: 'bad gateway' },
        { path, times, answer: 'never' },
        { path, times, answer: { late_ms: random.between(50, deadlineMs * 2) } },
        { path, times, held_ms: random.between(50, deadlineMs * 3) },
        // A revocation that everybody has given up.
        { path: revoke, times, held_ms: deadlineMs * random.between(2, 6) },
      ]),
    );
  }

  const discordFaults: Fault[] = [];
  if (chance(0.3)) {
    const path = random.pick(paths);
    const times = random.between(1, 2);
    discordFaults.push(
      random.pick<Fault>([
        { path, times, status: random.pick([500, 502, 503]), body: '<h1>no</h1>' },
        { path, times, status: 429, headers: { 'retry-after': '1' }, body: { retry_after: 1 } },
        { path, times, status: 200, body: random.pick(['', 'null', '""', '{"access_token":']) },
        { path, times, reset: true },
      ]),
    );
  }

  let kill: Kill | null = null;
  if (chance(0.7)) {
    const parts = random.pick<PartName[]>([
      ['bff 0'],
      ['bff 0'],
      ['bff 1'],
      ['bff 0', 'bff 1'],
      ['bff 0', 'bff 1', 'bot'],
      ['bot'],
    ]);
    kill = {
      // A new Discord knows nobody, which leaves little to look at; so it is rare.
      parts: chance(0.04) ? [...parts, 'sandbox'] : parts,
      signal: chance(0.75) ? 'SIGKILL' : 'SIGTERM',
      when: {
        path: chance(0.6) ? random.pick(paths) : null,
        afterMs: random.pick([0, 0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89]),
      },
    };
  }

  return {
    acts,
    lineFaults,
    discordFaults,
    kill,
    // Refreshed 60 s ahead: soon over, due at once, due after two seconds.
    tokenSeconds: chance(0.3) ? random.pick([3, 30, 62]) : null,
    gateway: chance(0.1) ? random.pick(['drop', 'reconnect', 'invalidate'] as const) : null,
  };
}
