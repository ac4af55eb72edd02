/** `npm run doctor`: finds what people stumble over before their first user does. */
import { ConfigError } from '../../shared/environment.ts';
import { type Config, readConfig } from '../env.ts';
import { checkDiscord } from './check-discord.ts';
import { checkMachine } from './check-machine.ts';
import { checkProcesses } from './check-processes.ts';
import { readBotToken } from './env.ts';
import type { Finding } from './finding.ts';

const marks = { good: '✓', doubtful: '!', bad: '✗' };

function print({ state, checked, found, ...rest }: Finding): void {
  console.log(`${marks[state]} ${checked}: ${found}`);
  if ('mend' in rest) console.log(`    → ${rest.mend}`);
}

function readConfigOrExit(): Config {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.log(`✗ Configuration: ${error.message}`);
    console.log(
      '    → Mend these variables in .env (see .env.example), then run the doctor again.',
    );
    process.exit(1);
  }
}

const config = readConfigOrExit();
const findings = [
  {
    state: 'good',
    checked: 'Configuration',
    found: 'every variable can be read',
  } satisfies Finding,
  ...checkMachine(config),
  ...(await checkDiscord(config, readBotToken())),
  ...(await checkProcesses(config)),
];
findings.forEach(print);
const bad = findings.filter(({ state }) => state === 'bad').length;
console.log(bad === 0 ? '\nNothing stands in the way.' : `\n${bad} to mend.`);
process.exit(bad === 0 ? 0 : 1);
