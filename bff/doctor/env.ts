/** The doctor's own look at the environment: it goes on with what can be read, and makes nothing. */
import { ConfigError } from '../../shared/environment.ts';
import { type Config, readConfig } from '../env.ts';
import { bad, doubtful, type Finding, good } from './finding.ts';

const checked = 'Configuration';

/** What stands for a variable that cannot be read, where there is no default. It is not used: see `unreadable`. */
const standIns: Record<string, string> = {
  DISCORD_CLIENT_ID: 'unreadable',
  DISCORD_CLIENT_SECRET: 'unreadable',
  BOT_SOCKET: 'unreadable/bot.sock',
};

const portal = 'Discord developer portal → your application';
/** Where to find what is missing. Resetting is the last resort: it makes useless what a running bot uses. */
const sources: Record<string, string> = {
  DISCORD_CLIENT_ID: `Copy it from ${portal} → OAuth2 → Client ID.`,
  DISCORD_CLIENT_SECRET: `Copy it from where it was kept. If it was not: ${portal} → OAuth2 → Reset Secret.`,
  DISCORD_BOT_TOKEN: `Copy it from where your bot has it. If it has none yet: ${portal} → Bot → Reset Token.`,
};

export type Environment = {
  findings: Finding[];
  /** With defaults and stand-ins for what is `unreadable`. */
  config: Config;
  /** The variables that are wrong or missing; what depends on them cannot be looked at. */
  unreadable: ReadonlySet<string>;
  /** Where the BFF keeps its session secret; undefined when the environment names one. */
  secretKeptIn: string | undefined;
  botToken: string | undefined;
};

/** Reads the environment, variable by variable where need be. */
export function readEnvironment(environment: NodeJS.ProcessEnv = process.env): Environment {
  const findings: Finding[] = [];
  const unreadable = new Set<string>();
  const readable = { ...environment };
  const botToken = environment.DISCORD_BOT_TOKEN || undefined;
  const tokenProblem = problemOfToken(botToken);
  if (tokenProblem !== undefined) {
    unreadable.add('DISCORD_BOT_TOKEN');
    findings.push(explain(`DISCORD_BOT_TOKEN ${tokenProblem}`));
  }
  for (;;) {
    let secretKeptIn: string | undefined;
    try {
      const config = readConfig(readable, (dataDir) => {
        secretKeptIn = dataDir;
        return 'not read'; // its own check looks at it
      });
      if (findings.length === 0) findings.push(good(checked, 'every variable can be read'));
      for (const warning of config.warnings)
        findings.push(doubtful(checked, warning, 'Mend its name, or take it out.'));
      return { findings, config, unreadable, secretKeptIn, botToken };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const news = error.variables.filter((name) => !unreadable.has(name));
      if (news.length === 0) throw error; // the stand-ins cannot be read either, which would be a bug
      for (const line of error.message.split('\n').slice(1)) findings.push(explain(line.slice(4)));
      for (const name of news) {
        unreadable.add(name);
        readable[name] = standIns[name];
      }
    }
  }
}

function problemOfToken(token: string | undefined): string | undefined {
  if (token === undefined) return 'is missing';
  return /^[\x21-\x7e]+$/.test(token) ? undefined : 'must be one word';
}

function explain(problem: string): Finding {
  const source = problem.endsWith('is missing') ? sources[problem.split(' ')[0] ?? ''] : undefined;
  return bad(checked, problem, source ?? 'Mend it in .env; .env.example says what it may be.');
}
