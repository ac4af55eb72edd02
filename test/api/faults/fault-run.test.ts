/**
 * People sign in, read and sign out while Discord misbehaves and every process is killed and started again, by a seed
 * that is printed. Repeat a run with FAULT_SEED, lengthen it with FAULT_SECONDS.
 */
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../harness/bff.ts';
import { freePort } from '../../harness/ports.ts';
import { discordPaths, people, TestDiscord } from '../../harness/discord.ts';
import { Stack } from '../../harness/stack.ts';
import { Part } from './part.ts';
import { PersonAtBrowser, type Shared } from './person-at-browser.ts';
import { SeededRandom } from './seeded-random.ts';

const seed = Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 1e9));
const seconds = Number(process.env.FAULT_SECONDS ?? 12);

const application = {
  id: '1180000000000000000',
  secret: 'sandbox-client-secret',
  token: 'MTE4MDAwMDAwMDAwMDAwMDAwMA.sandbox.bot-token',
};

async function startWorld() {
  const directory = temporaryDirectory();
  const [bffPort, sandboxPort] = [await freePort(), await freePort()];
  const url = `http://localhost:${bffPort}`;
  const sandboxUrl = `http://localhost:${sandboxPort}`;
  const environment = {
    DISCORD_CLIENT_ID: application.id,
    DISCORD_CLIENT_SECRET: application.secret,
    DISCORD_BOT_TOKEN: application.token,
    DISCORD_AUTHORIZE_URL: `${sandboxUrl}/oauth2/authorize`,
    DISCORD_API_URL: `${sandboxUrl}/api`,
    DISCORD_CDN_URL: `${sandboxUrl}/cdn`,
    DATA_DIR: directory,
    PORT: String(bffPort),
    OUTBOUND_TIMEOUT_MS: '1500',
    LOG_LEVEL: 'warn',
  };
  const sandbox = new Part('sandbox/main.ts', {
    SANDBOX_PORT: String(sandboxPort),
    SANDBOX_CLIENT_ID: application.id,
    SANDBOX_CLIENT_SECRET: application.secret,
    SANDBOX_BOT_TOKEN: application.token,
    SANDBOX_REDIRECT_URIS: `${url}/discord/callback`,
    SANDBOX_GUILDS: '30',
  });
  const bot = new Part('bot/main.ts', environment);
  const bff = new Part('bff/main.ts', environment);
  for (const part of [sandbox, bot, bff]) part.start();
  const discord = new TestDiscord({ url: sandboxUrl } as never);
  const stack = new Stack(discord, { url } as never);
  const shared: Shared = {
    stack,
    discordStarts: 0,
    revokedAt: new Map(),
    guildsOf: new Map(),
    violations: [],
  };

  async function whole(): Promise<void> {
    await until(async () => (await discord.control('GET', '/world')) !== undefined);
    await until(async () => (await stack.visitor().get('/readyz')).body.includes('connected'));
    await until(async () =>
      (await stack.visitor().get('/api/guild-count')).body.includes('"guild_count":30,'),
    );
  }
  return { directory, environment, sandbox, bot, bff, discord, shared, whole };
}

type World = Awaited<ReturnType<typeof startWorld>>;

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > deadline) throw new Error('it did not become well again within 30 s');
    await sleep(50);
  }
}

async function restartBff({ bff, shared }: World, signal: NodeJS.Signals): Promise<void> {
  await bff.stop(signal);
  bff.start();
  await until(async () => (await shared.stack.visitor().get('/healthz')).status === 200);
}

/** Whether the sandbox hears of it does not matter: it may be down itself. */
function quietly(happening: Promise<unknown>): Promise<unknown> {
  return happening.catch(() => undefined);
}

/** One thing that goes wrong. While tokens are being refreshed, the BFF is never killed without a word. */
async function misfortune(
  world: World,
  random: SeededRandom,
  isRefreshing: boolean,
): Promise<void> {
  const { discord, sandbox, bot, shared } = world;
  const target = random.pick(Object.values(discordPaths));
  const times = random.between(1, 4);
  const misfortunes: (() => Promise<unknown>)[] = [
    () =>
      quietly(
        discord.fault({
          path: target,
          status: random.pick([500, 502, 503]),
          body: '<h1>no</h1>',
          times,
        }),
      ),
    () =>
      quietly(
        discord.fault({
          path: target,
          status: 429,
          headers: { 'retry-after': '1' },
          body: { retry_after: 1 },
          times,
        }),
      ),
    () => quietly(discord.fault({ path: target, delay_ms: random.between(100, 2_500), times })),
    () => quietly(discord.fault({ path: target, reset: true, times })),
    () =>
      quietly(
        discord.fault({
          path: target,
          status: 200,
          body: random.pick(['', 'null', '""', '{"access_token":']),
          times,
        }),
      ),
    () =>
      quietly(
        discord.control('POST', '/gateway', {
          action: random.pick(['drop', 'reconnect', 'invalidate']),
        }),
      ),
    async () => {
      await bot.stop(random.pick(['SIGKILL', 'SIGTERM']));
      bot.start();
    },
    () => restartBff(world, isRefreshing ? 'SIGTERM' : random.pick(['SIGKILL', 'SIGTERM'])),
  ];
  // A new Discord knows nobody, which leaves little to look at; so it is rare, and not at the end.
  if (!isRefreshing && random.next() < 0.1)
    misfortunes.push(async () => {
      shared.discordStarts += 1;
      await sandbox.stop('SIGKILL');
      sandbox.start();
    });
  await random.pick(misfortunes)();
}

it(
  `nobody is somebody else, nothing ended works and no token is lost, whatever fails (seed ${seed})`,
  async () => {
    console.log(`fault run: seed ${seed}, ${seconds} s`);
    const random = new SeededRandom(seed);
    const world = await startWorld();
    try {
      await world.whole();
      const everybody = Object.values(people).flatMap(({ id }) => [
        new PersonAtBrowser(id, world.shared),
        new PersonAtBrowser(id, world.shared),
      ]);
      // Half of them only read: what they hold must outlast everything.
      const patient = everybody.slice(0, everybody.length / 2);
      await Promise.all(everybody.map((person) => person.signIn()));
      const memoryBefore = world.bff.residentMb();

      const over = new AbortController();
      const crowd = everybody.map(async (person) => {
        while (!over.signal.aborted) {
          const chance = random.next();
          if (patient.includes(person) || chance > 0.2) await person.read();
          else if (chance < 0.15) await person.signIn();
          else await person.signOut();
          await sleep(random.between(5, 60));
        }
      });
      const hardTimes = async (isRefreshing: boolean): Promise<void> => {
        const end = Date.now() + seconds * 500;
        while (Date.now() < end) {
          await misfortune(world, random, isRefreshing);
          // A BFF keeps servers for 30 s; a new one asks Discord at once, and refreshes first.
          if (isRefreshing) await restartBff(world, 'SIGTERM');
          await sleep(random.between(50, 400));
        }
        await world.discord.clearFaults();
        await world.whole();
      };
      try {
        await hardTimes(false);
        // Refreshed 60 s ahead, so tokens that live 62 s are due after two.
        await world.discord.settings({ access_token_ttl_seconds: 62 });
        await Promise.all(patient.map((person) => person.signIn()));
        await hardTimes(true);
      } finally {
        over.abort();
        await Promise.all(crowd);
      }

      // Discord's Retry-After and the pause after its failures are over.
      await sleep(1_500);
      for (const person of everybody) await person.check();
      expect(world.shared.violations).toEqual([]);

      const total = (what: keyof PersonAtBrowser['done']): number =>
        everybody.reduce((sum, person) => sum + person.done[what], 0);
      console.log(
        `fault run: ${total('signIns')} sign-ins, ${total('reads')} reads, ${total('signOuts')} sign-outs, ` +
          `${total('failures')} failures, ${total('heldOn')} sessions had to last; BFF ${memoryBefore} MB before, ${world.bff.residentMb()} MB after`,
      );
      expect(total('signIns')).toBeGreaterThan(everybody.length);
      expect(total('heldOn')).toBeGreaterThanOrEqual(patient.length);
      expect(world.bff.residentMb()).toBeLessThan(memoryBefore + 120);

      expect(await world.bff.stop('SIGTERM')).toBe(0);
      expect(await world.bot.stop('SIGTERM')).toBe(0);
      expect(existsSync(path.join(world.directory, 'run', 'bot.sock'))).toBe(false);
      expect(world.bff.errors + world.bot.errors).toBe('');
    } finally {
      await Promise.all([world.sandbox, world.bot, world.bff].map((part) => part.stop('SIGKILL')));
      rmSync(world.directory, { recursive: true, force: true });
    }
  },
  120_000 + seconds * 1_000,
);
