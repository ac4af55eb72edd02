/** Reads the sandbox's environment, once, and names every variable that is wrong. */
import * as z from 'zod';
import { botTokenOf, defaultConfig, maxGuilds, type Config } from './config.ts';

const text = z.string().regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces');
const wholeNumber = z.string().regex(/^\d+$/, 'must be a whole number').transform(Number);
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });

/** What a variable means, and what counts without it, for people to read. */
const meaning = (description: string, unset: string | number) => ({ description, unset });

const environment = z.object({
  SANDBOX_PORT: wholeNumber
    .pipe(z.int().max(65_535))
    .optional()
    .meta(meaning('where it listens, on this machine only; 0: any free port', defaultConfig.port)),
  SANDBOX_PUBLIC_URL: httpUrl
    .refine((url) => /^[^/]+\/\/[^/?#]+\/?$/.test(url), 'must be an origin, without a path')
    .transform((url) => url.replace(/\/$/, ''))
    .optional()
    .meta(meaning('where clients reach it', 'http://localhost and the port')),
  SANDBOX_CLIENT_ID: z
    .string()
    .regex(/^\d{17,19}$/, 'must be an id of 17 to 19 digits')
    .optional()
    .meta(meaning('the id of its application and of its bot', defaultConfig.clientId)),
  SANDBOX_CLIENT_SECRET: text
    .optional()
    .meta(meaning('the secret of its application', defaultConfig.clientSecret)),
  SANDBOX_BOT_TOKEN: text
    .optional()
    .meta(meaning('the token of its bot', 'the client id in base64, then .sandbox.bot-token')),
  SANDBOX_REDIRECT_URIS: z
    .string()
    .transform((list) => list.split(',').map((uri) => uri.trim()))
    .pipe(z.array(httpUrl).min(1))
    .optional()
    .meta(
      meaning(
        'where people may be sent back to, separated by commas',
        defaultConfig.redirectUris.join(', '),
      ),
    ),
  SANDBOX_GUILDS: wholeNumber
    .pipe(z.int().max(maxGuilds))
    .optional()
    .meta(
      meaning(`how many servers the bot starts in, at most ${maxGuilds}`, defaultConfig.guilds),
    ),
});

/** Every variable: its name, what it means, and what counts without it. */
export function listVariables(): { name: string; description: string; unset: string }[] {
  return Object.entries(environment.shape).map(([name, schema]) => {
    const { description = '', unset } = schema.meta() ?? {};
    return { name, description, unset: String(unset) };
  });
}

/** The configuration the variables describe. Throws one error whose message names each wrong variable. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Config {
  // An empty variable is one that is not set, as compose files and shells leave them.
  const given = Object.entries(variables).filter(([, value]) => value !== '');
  const parsed = environment.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(
      ({ path, message }) => `  ${String(path[0])}: ${message}`,
    );
    throw new Error(`These variables are wrong:\n${wrong.join('\n')}`);
  }
  const env = parsed.data;
  const clientId = env.SANDBOX_CLIENT_ID ?? defaultConfig.clientId;
  return {
    port: env.SANDBOX_PORT ?? defaultConfig.port,
    publicUrl: env.SANDBOX_PUBLIC_URL ?? defaultConfig.publicUrl,
    clientId,
    clientSecret: env.SANDBOX_CLIENT_SECRET ?? defaultConfig.clientSecret,
    botToken: env.SANDBOX_BOT_TOKEN ?? botTokenOf(clientId),
    redirectUris: env.SANDBOX_REDIRECT_URIS ?? defaultConfig.redirectUris,
    guilds: env.SANDBOX_GUILDS ?? defaultConfig.guilds,
  };
}
