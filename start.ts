/**
 * What `npm start`, `npm run dev` and `npm run doctor` run: reads the environment, adds the sandbox when no credentials are set, and keeps
 * the processes going side by side in one log. It starts them and knows nothing of what they do.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { announce } from './launcher/announce.ts';
import { credentials, missingCredentials, readLaunch } from './launcher/env.ts';
import { findTakenPorts } from './launcher/ports.ts';
import { restartOnChange } from './launcher/restart-on-change.ts';
import { complain } from './launcher/say.ts';
import { type Part, Supervisor } from './launcher/supervisor.ts';
import { watchForHangs } from './launcher/watch-for-hangs.ts';
import { misconfiguredExitCode } from './shared/environment.ts';

const dotenvFile = path.resolve('.env');
if (existsSync(dotenvFile)) process.loadEnvFile(dotenvFile);
const isDevelopment = process.argv.includes('--dev');
const isDoctor = process.argv.includes('--doctor');
const launch = readLaunch(isDevelopment);
const { environment } = launch;

// The BFF lets requests in flight end, and then a login and what it revokes: three answers of Discord's, each with its deadline.
const supervisor = new Supervisor(15_000 + 3 * launch.outboundTimeoutMs);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => void supervisor.stop(0));

const doctor = (...options: string[]): Part => ({
  name: 'doctor',
  arguments: ['bff/doctor/main.ts', ...options],
  environment: environment(),
});

if (isDoctor) {
  const end = await supervisor.run(doctor(`--dotenv=${dotenvFile}`));
  process.exitCode = typeof end === 'number' ? end : 1;
} else {
  refuse(
    missingCredentials().map((name) => `${name} is missing`),
    'Set all three credentials to go live, or none of them to use the sandbox.',
  );
  refuse(await findTakenPorts(launch.ports));
  for (const part of parts()) void supervisor.keepRunning(part);
  if (launch.bffUrl !== undefined && !isDevelopment) void watchForHangs(launch.bffUrl, supervisor);
  await announce(launch, isDevelopment, supervisor);
  // What only Discord can say of our settings, before the first visitor finds it out. It speaks only of what is wrong.
  if (!launch.isSandbox && !supervisor.isStopping) await supervisor.run(doctor('--discord'));
}

/** The processes, each without the secrets of the others. */
function parts(): Part[] {
  const bot: Part = {
    name: 'bot',
    arguments: ['bot/main.ts'],
    environment: environment('DISCORD_CLIENT_SECRET', 'SESSION_SECRET'),
  };
  const bff: Part = {
    name: 'bff',
    arguments: ['bff/main.ts'],
    environment: environment('DISCORD_BOT_TOKEN'),
  };
  const sandbox: Part = {
    name: 'sandbox',
    arguments: ['sandbox/main.ts'],
    environment: environment('SESSION_SECRET'),
  };
  const web: Part = {
    name: 'web',
    arguments: ['node_modules/vite/bin/vite.js'],
    environment: environment(...credentials, 'SESSION_SECRET'),
  };
  if (isDevelopment) {
    restartOnChange('bot', ['bot', 'shared'], supervisor);
    restartOnChange('bff', ['bff', 'shared'], supervisor);
    if (launch.isSandbox) restartOnChange('sandbox', ['sandbox'], supervisor);
  }
  return [...(launch.isSandbox ? [sandbox] : []), bot, bff, ...(isDevelopment ? [web] : [])];
}

/** Ends the process with what stands in the way of starting it, if anything does. */
function refuse(problems: string[], advice?: string): void {
  if (problems.length === 0) return;
  const lines = ['Guildhall cannot start:', ...problems.map((problem) => `  - ${problem}`)];
  complain([...lines, ...(advice === undefined ? [] : [advice])].join('\n'));
  process.exit(misconfiguredExitCode);
}
