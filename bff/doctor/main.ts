/**
 * `npm run doctor`: finds what people stumble over before their first user does, and changes nothing. With `--discord` it
 * asks Discord alone, and speaks only of what is wrong; start.ts runs it so, once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { checkDiscord } from './check-discord.ts';
import { checkEnvFile, checkMachine } from './check-machine.ts';
import { checkBff, checkBot } from './check-processes.ts';
import { type Environment, readEnvironment } from './env.ts';
import { doubtful, type Finding } from './finding.ts';

/** All of it together takes no longer: what has not been found out by then is said to be unknown. */
const patienceMs = 20_000;

const marks = { good: '✓', doubtful: '!', bad: '✗' };

function print({ state, checked, found, ...rest }: Finding): void {
  console.log(`${marks[state]} ${checked}: ${found}`);
  if ('mend' in rest) console.log(`    → ${rest.mend}`);
}

const environment = readEnvironment();
const deadline = sleep(patienceMs);
const isAboutDiscord = process.argv.includes('--discord');
/** Where start.ts has read variables from; `.env` here when the doctor runs by itself. */
const dotenvFile =
  process.argv.find((argument) => argument.startsWith('--dotenv='))?.slice('--dotenv='.length) ??
  '.env';
const findings = isAboutDiscord
  ? (await beforeDeadline('Discord', checkDiscord(environment))).filter(
      ({ state }) => state === 'bad',
    )
  : await examine(environment);
findings.forEach(print);
const wrong = findings.filter(({ state }) => state === 'bad').length;
if (!isAboutDiscord)
  console.log(wrong === 0 ? '\nNothing stands in the way.' : `\n${wrong} to mend.`);
process.exit(wrong === 0 ? 0 : 1);

async function examine({ findings, ...read }: Environment): Promise<Finding[]> {
  const { config, unreadable } = read;
  const [discord, bot, bff] = await Promise.all([
    beforeDeadline('Discord', checkDiscord(read)),
    unreadable.has('BOT_SOCKET') || unreadable.has('DATA_DIR')
      ? []
      : beforeDeadline('Bot', checkBot(config.botSocket)),
    unreadable.has('PORT') ? [] : beforeDeadline('BFF', checkBff(config)),
  ]);
  return [
    ...findings,
    ...checkEnvFile(dotenvFile),
    ...checkMachine(read),
    ...discord,
    ...bot,
    ...bff,
  ];
}

async function beforeDeadline(
  checked: string,
  check: Promise<Finding | Finding[]>,
): Promise<Finding[]> {
  const found = await Promise.race([check, deadline]);
  return [
    found ??
      doubtful(checked, 'no answer in time', 'Look at the network, and run the doctor again.'),
  ].flat();
}
