/**
 * What `npm start`, `npm run dev` and `npm run doctor` run: reads the environment, adds the sandbox when no credentials are set, and keeps
 * the processes going side by side in one log. It starts them and knows nothing of what they do.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

type Part = { name: string; arguments: string[]; environment: NodeJS.ProcessEnv };

/** EX_CONFIG of sysexits.h: a part that ends with it would end so again, so nothing is started again. */
const configurationExitCode = 78;
const shortestPauseMs = 1_000;
const longestPauseMs = 30_000;
/** A part that lived this long had started well; its next death is a new story. */
const healthyAfterMs = 60_000;
/** A BFF that takes longer to come up is announced by its own log line. */
const announcePatienceMs = 60_000;
/** Longer than the BFF needs for what it may not drop: a refresh under way, with its deadline. */
const shutdownPatienceMs = 30_000;
const configurationPatienceMs = 1_500;

const credentials = ['DISCORD_CLIENT_ID', 'DISCORD_CLIENT_SECRET', 'DISCORD_BOT_TOKEN'];

if (existsSync('.env')) process.loadEnvFile('.env');
const isDevelopment = process.argv.includes('--dev');
const isDoctor = process.argv.includes('--doctor');
const isSandbox = !hasCredentials();
const port = process.env.PORT || '8001';
const sandboxPort = process.env.SANDBOX_PORT || '8002';
const publicUrl = process.env.PUBLIC_URL || `http://localhost:${isDevelopment ? '5173' : port}`;
const running = new Map<string, ChildProcess>();
let exitCode: number | undefined;

// Whatever ends this process, short of a SIGKILL, nothing it started outlives it.
process.on('exit', () => {
  for (const child of running.values()) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => void stop(0));
if (isDoctor) {
  const end = await run({
    name: 'doctor',
    arguments: ['bff/doctor/main.ts'],
    environment: environment(),
  });
  process.exitCode = typeof end === 'number' ? end : 1;
} else {
  await refuseTakenPorts();
  for (const part of parts()) void keepRunning(part);
  await announce();
}

/** Tells whether any credential is set; ends the process, naming the missing, when only some are. */
function hasCredentials(): boolean {
  const missing = credentials.filter((name) => !process.env[name]);
  // The doctor names them itself, among what else it finds.
  if (missing.length > 0 && missing.length < credentials.length && !isDoctor) {
    console.error(
      `Guildhall cannot start:\n${missing.map((name) => `  - ${name} is missing`).join('\n')}\n` +
        'Set all three credentials to go live, or none of them to use the sandbox.',
    );
    process.exit(configurationExitCode);
  }
  return missing.length < credentials.length;
}

/** Ends the process, naming the port, when another program holds one of ours; another Guildhall there would answer for us. */
async function refuseTakenPorts(): Promise<void> {
  const ours = { PORT: port, ...(isSandbox && { SANDBOX_PORT: sandboxPort }) };
  for (const [name, value] of Object.entries(ours)) {
    if (!(await isTaken(Number(value)))) continue;
    console.error(
      `Guildhall cannot start:\n  - ${name} ${value} is taken by another program; end that one or set ${name} to another port`,
    );
    process.exit(configurationExitCode);
  }
}

/** A number that cannot be a port counts as free: the part that is to listen there says what is wrong with it. */
async function isTaken(number: number): Promise<boolean> {
  if (!Number.isInteger(number) || number < 1 || number > 65_535) return false;
  return await new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE'));
    probe.listen(number, '127.0.0.1', () => probe.close(() => resolve(false)));
  });
}

/** What a part finds in its environment: everything but the secrets of another. */
function environment(...withheld: string[]): NodeJS.ProcessEnv {
  const all = {
    ...process.env,
    // With a PORT that is none there is no address either; the BFF names the PORT.
    PUBLIC_URL: URL.canParse(publicUrl) ? publicUrl : '',
    ...(isSandbox && sandboxCredentials()),
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => !withheld.includes(name)));
}

function parts(): Part[] {
  // In development Node itself starts a process again when one of its files changes.
  const watch = isDevelopment ? ['--watch', '--watch-preserve-output'] : [];
  const bot: Part = {
    name: 'bot',
    arguments: [...watch, 'bot/main.ts'],
    environment: environment('DISCORD_CLIENT_SECRET', 'SESSION_SECRET'),
  };
  const bff: Part = {
    name: 'bff',
    arguments: [...watch, 'bff/main.ts'],
    environment: environment('DISCORD_BOT_TOKEN'),
  };
  const sandbox: Part = {
    name: 'sandbox',
    arguments: [...watch, 'sandbox/main.ts'],
    environment: environment('SESSION_SECRET'),
  };
  const web: Part = {
    name: 'web',
    arguments: ['node_modules/vite/bin/vite.js'],
    environment: environment(...credentials, 'SESSION_SECRET'),
  };
  return [...(isSandbox ? [sandbox] : []), bot, bff, ...(isDevelopment ? [web] : [])];
}

/** Credentials that open nothing but the sandbox, which listens on this machine only. */
function sandboxCredentials(): NodeJS.ProcessEnv {
  const sandboxUrl = `http://localhost:${sandboxPort}`;
  const application = {
    DISCORD_CLIENT_ID: '1100000000000000001',
    DISCORD_CLIENT_SECRET: 'sandbox-client-secret',
    // As with Discord's tokens, the part before the first dot is the application's id.
    DISCORD_BOT_TOKEN: 'MTEwMDAwMDAwMDAwMDAwMDAwMQ.sandbox.bot-token',
  };
  return {
    ...application,
    DISCORD_AUTHORIZE_URL: `${sandboxUrl}/oauth2/authorize`,
    DISCORD_API_URL: `${sandboxUrl}/api`,
    DISCORD_CDN_URL: `${sandboxUrl}/cdn`,
    SANDBOX_CLIENT_ID: application.DISCORD_CLIENT_ID,
    SANDBOX_CLIENT_SECRET: application.DISCORD_CLIENT_SECRET,
    SANDBOX_BOT_TOKEN: application.DISCORD_BOT_TOKEN,
    SANDBOX_REDIRECT_URIS: `${publicUrl}/discord/callback`,
  };
}

/** Starts a part, and starts it again whenever it dies, after a pause that grows while it keeps dying. */
async function keepRunning(part: Part): Promise<void> {
  let pauseMs = shortestPauseMs;
  while (exitCode === undefined) {
    const startedAt = Date.now();
    const end = await run(part);
    if (exitCode !== undefined) return;
    if (end === configurationExitCode) {
      // The others read the same environment: whatever they find wrong in it is said in the same go.
      await sleep(configurationPatienceMs, undefined, { ref: false });
      await stop(configurationExitCode);
      return;
    }
    if (Date.now() - startedAt > healthyAfterMs) pauseMs = shortestPauseMs;
    console.error(`${part.name} ended (${end}); it is started again in ${pauseMs / 1000} s`);
    await sleep(pauseMs, undefined, { ref: false });
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }
}

/** Runs a part to its end. Gives its exit code, or the signal that ended it. */
async function run(part: Part): Promise<number | string> {
  const child = spawn(process.execPath, part.arguments, {
    cwd: import.meta.dirname,
    env: part.environment,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  running.set(part.name, child);
  return (await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  }).finally(() => running.delete(part.name))) as number | string;
}

/** Ends every part, kindly and then not, and then this process. */
async function stop(code: number): Promise<void> {
  if (exitCode !== undefined) return;
  exitCode = code;
  const ends = [...running.values()].map(
    (child) => new Promise((resolve) => child.once('exit', resolve)),
  );
  for (const child of running.values()) child.kill('SIGTERM');
  const ended = Promise.all(ends);
  await Promise.race([ended, sleep(shutdownPatienceMs, undefined, { ref: false })]);
  for (const child of running.values()) child.kill('SIGKILL');
  await ended;
  process.exit(exitCode);
}

/** Says where to look, once there is something to see. */
async function announce(): Promise<void> {
  const health = `http://${hostToAsk()}:${port}/healthz`;
  if (port === '0' || !URL.canParse(health)) return; // not to be known from here, or about to be named by the BFF
  const giveUpAt = Date.now() + announcePatienceMs;
  while (!(await answers(health))) {
    if (exitCode !== undefined || Date.now() > giveUpAt) return;
    await sleep(100);
  }
  const why = isSandbox
    ? ' (a sandbox instead of Discord, because no credentials are set; see README.md to go live)'
    : '';
  console.log(`\n  Guildhall is at ${publicUrl}${why}\n`);
}

/** Where the BFF can be asked from this machine. */
function hostToAsk(): string {
  const host = process.env.HOST || '127.0.0.1';
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

async function answers(url: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const asked = request(url, { timeout: 1_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.once('error', () => resolve(false));
    asked.once('timeout', () => asked.destroy());
    asked.end();
  });
}
