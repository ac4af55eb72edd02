/** Reads the bot's environment, once, and says all that is wrong with it at once. */
import { join } from 'node:path';
import * as z from 'zod';

/** Longer paths do not fit into a socket's address (108 bytes on Linux, 104 on macOS); Node would cut them short. */
const maxSocketPathBytes = 100;

/** What is wrong with the configuration. The message names every variable and repeats no value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

/** A base URL, kept without a slash at its end. */
const baseUrl = z
  .string()
  .refine((text) => urlProblem(text) === null, {
    error: ({ input }) => urlProblem(String(input)) ?? undefined,
  })
  .transform((text) => text.replace(/\/+$/, ''));

/** Says what keeps a text from being a base URL. Plain http would show the token to every network on the way. */
function urlProblem(text: string): string | null {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return 'must be an http(s) URL';
  if (url.protocol === 'http:' && !loopbackHosts.has(url.hostname))
    return `must be https unless its host is this machine (${[...loopbackHosts].join(', ')})`;
  if (url.username !== '' || url.password !== '' || /[?#]/.test(text))
    return 'must have neither credentials nor query nor fragment';
  return null;
}

const environment = z
  .object({
    // A header value: anything beyond visible ASCII (a line end from copying, say) could not be sent at all.
    DISCORD_BOT_TOKEN: z
      .string({ error: 'is missing' })
      .regex(/^[\x21-\x7e]+$/, 'must be one word'),
    DISCORD_API_URL: baseUrl.default('https://discord.com/api'),
    DISCORD_CDN_URL: baseUrl.default('https://cdn.discordapp.com'),
    DATA_DIR: z.string().default('./data'),
    BOT_SOCKET: z.string().optional(),
    LOG_LEVEL: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
        error: 'must be one of fatal, error, warn, info, debug, trace, silent',
      })
      .default('info'),
  })
  .refine((env) => Buffer.byteLength(socketPath(env)) <= maxSocketPathBytes, {
    path: ['BOT_SOCKET'],
    error: `must have at most ${maxSocketPathBytes} bytes; set it, or a shorter DATA_DIR`,
    when: () => true, // also when other variables are wrong, so that all are named together
  })
  .transform((env) => ({
    token: env.DISCORD_BOT_TOKEN,
    apiUrl: env.DISCORD_API_URL,
    cdnUrl: env.DISCORD_CDN_URL,
    socketPath: socketPath(env),
    logLevel: env.LOG_LEVEL,
  }));

function socketPath(env: { DATA_DIR: string; BOT_SOCKET?: string }): string {
  return env.BOT_SOCKET ?? join(env.DATA_DIR, 'run', 'bot.sock');
}

export type BotEnv = z.output<typeof environment>;

/** Reads and checks the environment. An empty variable counts as absent. Throws {@link ConfigError}. */
export function readEnv(variables: NodeJS.ProcessEnv = process.env): BotEnv {
  const present = Object.entries(variables).filter(([, value]) => value !== '');
  const parsed = environment.safeParse(Object.fromEntries(present));
  if (parsed.success) return parsed.data;
  const complaints = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
  throw new ConfigError(`The bot cannot start: ${complaints.join('; ')}.`);
}
