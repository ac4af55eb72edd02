/**
 * What the bot's and the BFF's environment have in common: how a wrong one is told, what an address of Discord's may
 * look like, and where the two meet. Reads no environment itself.
 */
import * as z from 'zod';
import { findMisspelled } from './misspelled.ts';

/**
 * Says in one message all that is wrong with the configuration, a line each, with the variable and the cure. A value is
 * in it only where it cannot be a secret. `variables` names those that cannot be read as they are.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly variables: readonly string[];

  constructor(
    message: string,
    { variables = [], cause }: { variables?: readonly string[]; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.variables = variables;
  }
}

/** EX_CONFIG of sysexits.h: starting again would not help, so whoever restarts a process leaves this one. */
export const misconfiguredExitCode = 78;

/** Says on stderr why this process cannot run as it is configured, and ends it. */
export function exitMisconfigured({ message }: ConfigError): never {
  process.stderr.write(`${message}\n`);
  process.exit(misconfiguredExitCode);
}

const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Tells whether a URL's hostname is a name of this machine itself. */
export function isLoopbackHost(hostname: string): boolean {
  return loopbackHosts.has(hostname);
}

/** An https:// URL; http:// only on this machine, for anywhere else the network would read along. */
export const secureUrl = z
  .string()
  .refine((text) => URL.canParse(text), 'is not a URL')
  .transform((text) => new URL(text))
  .refine(
    (url) =>
      url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname)),
    'must be https:// (http:// only for localhost)',
  )
  .refine(
    (url) => url.username === '' && url.password === '',
    'must not carry a user name or password',
  );

/** A URL that paths are put behind: no query, no fragment, and no slash at its end. */
export const baseUrl = secureUrl
  .refine((url) => !/[?#]/.test(url.href), 'must not carry a query or fragment')
  .transform((url) => url.href.replace(/\/+$/, ''));

/** Discord's addresses, unless the environment names others. */
export const discordUrls = {
  authorize: 'https://discord.com/oauth2/authorize',
  api: 'https://discord.com/api',
  cdn: 'https://cdn.discordapp.com',
};

/** Where everything is kept, unless the environment says otherwise. */
export const defaultDataDir = './data';

/** How much is logged. */
export const logLevel = z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
  error: 'must be one of fatal, error, warn, info, debug, trace, silent',
});

/** Longer paths do not fit into a socket's address (108 bytes on Linux, 104 on macOS); Node would cut them short. */
const maxSocketPathBytes = 100;

/**
 * Checks the variables and finds the socket where bot and BFF meet: `BOT_SOCKET`, or a place in `DATA_DIR`. An empty
 * variable counts as absent. The socket's path stays relative when it is given so, which keeps it short however deep
 * the working directory lies. `warnings` has a sentence for each variable that looks like one of these and is none.
 * @param who begins the message, as in "The bot"
 * @throws {ConfigError} naming every variable that is missing or wrong, a line each
 */
export function readVariables<Shape extends z.ZodRawShape>(
  who: string,
  schema: z.ZodObject<Shape>,
  environment: Record<string, string | undefined>,
): z.output<z.ZodObject<Shape>> & { botSocket: string; warnings: string[] } {
  const present = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== ''),
  );
  const parsed = schema.safeParse(present);
  const issues = Object.groupBy(parsed.error?.issues ?? [], ({ path }) => path.join('.'));
  const problems = Object.entries(issues).map(
    ([name, found = []]) => `${name} ${found.map(({ message }) => message).join('; ')}`,
  );
  const variables = Object.keys(issues);
  const dataDir = (present.DATA_DIR ?? defaultDataDir).replace(/\/+$/, '');
  const botSocket = present.BOT_SOCKET ?? `${dataDir}/run/bot.sock`;
  if (new TextEncoder().encode(botSocket).length > maxSocketPathBytes) {
    problems.push(
      `BOT_SOCKET is longer than ${maxSocketPathBytes} bytes; set a shorter one, or a shorter DATA_DIR`,
    );
    variables.push('BOT_SOCKET');
  }
  if (!parsed.success || problems.length > 0)
    throw new ConfigError(
      `${who} cannot start:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
      { variables },
    );
  const known = [...Object.keys(schema.shape), 'BOT_SOCKET', 'DATA_DIR'];
  const warnings = findMisspelled(Object.keys(present), known).map(
    ({ name, meant }) =>
      `${name} is not a variable of ours, so it does nothing: is ${meant} meant?`,
  );
  return { ...parsed.data, botSocket, warnings };
}
