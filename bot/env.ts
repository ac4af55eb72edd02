/** Reads the bot's environment, once, and says all that is wrong with it at once. */
import * as z from 'zod';
import { baseUrl, discordUrls, logLevel, readVariables } from '../shared/environment.ts';

/** Every variable, and what it may be. */
export const variables = z.object({
  // A header value: anything beyond visible ASCII (a line end from copying, say) could not be sent at all.
  DISCORD_BOT_TOKEN: z.string({ error: 'is missing' }).regex(/^[\x21-\x7e]+$/, 'must be one word'),
  DISCORD_API_URL: baseUrl.default(discordUrls.api),
  DISCORD_CDN_URL: baseUrl.default(discordUrls.cdn),
  LOG_LEVEL: logLevel.default('info'),
});

export type BotEnv = ReturnType<typeof readEnv>;

/** Reads and checks the environment. Throws `ConfigError`, whose message names every variable and repeats no value. */
export function readEnv(environment: NodeJS.ProcessEnv = process.env) {
  const env = readVariables('The bot', variables, environment);
  return {
    token: env.DISCORD_BOT_TOKEN,
    apiUrl: env.DISCORD_API_URL,
    cdnUrl: env.DISCORD_CDN_URL,
    socketPath: env.botSocket,
    logLevel: env.LOG_LEVEL,
    warnings: env.warnings,
  };
}
