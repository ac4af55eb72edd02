/**
 * The BFF's configuration, read once at start. The only place in this room that looks at `process.env`.
 */
import path from 'node:path';
import * as z from 'zod';
import {
  baseUrl,
  defaultDataDir,
  discordUrls,
  logLevel,
  readVariables,
  secureUrl,
} from '../shared/environment.ts';
import { keepSessionSecret, minKeyBytes } from './session-secret.ts';

/** What the BFF runs on. Times are milliseconds; `publicUrl` is an origin without a trailing slash. */
export type Config = {
  clientId: string;
  clientSecret: string;
  authorizeUrl: string;
  apiUrl: string;
  cdnUrl: string;
  port: number;
  host: string;
  publicUrl: string;
  /** What must be registered at Discord, to the letter. */
  redirectUri: string;
  /** Newest first; the first seals and signs, all of them open and verify. */
  sessionSecrets: string[];
  databaseFile: string;
  botSocket: string;
  loginTtlMs: number;
  sessionIdleMs: number;
  sessionMaxMs: number;
  outboundTimeoutMs: number;
  trustedProxyHops: number;
  /** Whether browsers shall insist on https for every subdomain of PUBLIC_URL's host too. */
  hstsSubdomains: boolean;
  /** Absent: the bot's own name. */
  siteName: string | undefined;
  /** `#rrggbb`. Absent: ours. */
  accentColor: string | undefined;
  supportUrl: string | undefined;
  /** Absent: our own page. */
  privacyUrl: string | undefined;
  termsUrl: string | undefined;
  logLevel: string;
  /** A sentence for each variable that looks like one of these and is none. */
  warnings: string[];
};

const authorizeUrl = secureUrl
  .refine((url) => url.hash === '', 'must not carry a fragment')
  .transform((url) => url.href);

const origin = secureUrl
  .refine(
    (url) => url.pathname === '/' && url.search === '' && url.hash === '',
    'must be an origin only, without path, query or fragment',
  )
  .transform((url) => url.origin);

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,12}$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be between ${least} and ${most}`);

const sessionSecrets = z
  .string()
  .transform((text) => text.split(',').map((key) => key.trim()))
  .refine(
    (keys) => keys.every((key) => Buffer.byteLength(key) >= minKeyBytes),
    `each key must be at least ${minKeyBytes} bytes long`,
  );

const address = secureUrl.transform((url) => url.href);

const required = z.string({ error: 'is missing' });

/** Every variable, and what it may be. */
export const variables = z.object({
  // Discord's is a number; whoever speaks its protocol may give others.
  DISCORD_CLIENT_ID: required.regex(/^[\x21-\x7e]{1,200}$/, 'must be one word'),
  DISCORD_CLIENT_SECRET: required,
  DISCORD_AUTHORIZE_URL: authorizeUrl.default(discordUrls.authorize),
  DISCORD_API_URL: baseUrl.default(discordUrls.api),
  DISCORD_CDN_URL: baseUrl.default(discordUrls.cdn),
  PORT: wholeNumber(0, 65_535).default(8001),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: origin.optional(),
  SESSION_SECRET: sessionSecrets.optional(),
  DATA_DIR: z.string().default(defaultDataDir),
  DATABASE_URL: z
    .string()
    .regex(/^(?:file:|sqlite:|[^:]+$)/, 'must name a SQLite file (file:/path/to/guildhall.db)')
    .transform((text) => text.replace(/^(?:file|sqlite):(?:\/\/(?=\/))?/, ''))
    .refine((file) => file !== '', 'must name a SQLite file (file:/path/to/guildhall.db)')
    .optional(),
  LOGIN_TTL_SECONDS: wholeNumber(1, 3_600).default(600),
  SESSION_IDLE_SECONDS: wholeNumber(1, 31_536_000).default(86_400),
  SESSION_MAX_SECONDS: wholeNumber(1, 31_536_000).default(2_592_000),
  OUTBOUND_TIMEOUT_MS: wholeNumber(100, 60_000).default(8_000),
  TRUSTED_PROXY_HOPS: wholeNumber(0, 10).default(0),
  HSTS_SUBDOMAINS: z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .default('false')
    .transform((text) => text === 'true'),
  SITE_NAME: z.string().trim().max(60, 'must be at most 60 characters long').optional(),
  // Without its # too, which in an .env file begins a comment.
  ACCENT_COLOR: z
    .string()
    .regex(/^#?[0-9a-f]{6}$/i, 'must be a colour like #3366cc (in quotes in an .env file)')
    .transform((text) => `#${text.replace('#', '').toLowerCase()}`)
    .optional(),
  SUPPORT_URL: address.optional(),
  PRIVACY_URL: address.optional(),
  TERMS_URL: address.optional(),
  LOG_LEVEL: logLevel.default('info'),
});

/**
 * Reads and checks the environment. Without a SESSION_SECRET it takes the one that `keptSecret` finds in the data
 * directory, or makes there.
 * @throws {ConfigError} naming every variable that is missing or wrong.
 */
export function readConfig(
  environment: NodeJS.ProcessEnv = process.env,
  keptSecret: (dataDir: string) => string = keepSessionSecret,
): Config {
  const env = readVariables('The BFF', variables, environment);
  const dataDir = path.resolve(env.DATA_DIR);
  const publicUrl = env.PUBLIC_URL ?? `http://localhost:${env.PORT}`;
  return {
    clientId: env.DISCORD_CLIENT_ID,
    clientSecret: env.DISCORD_CLIENT_SECRET,
    authorizeUrl: env.DISCORD_AUTHORIZE_URL,
    apiUrl: env.DISCORD_API_URL,
    cdnUrl: env.DISCORD_CDN_URL,
    port: env.PORT,
    host: env.HOST,
    publicUrl,
    redirectUri: `${publicUrl}/discord/callback`,
    sessionSecrets: env.SESSION_SECRET ?? [keptSecret(dataDir)],
    databaseFile: path.resolve(env.DATABASE_URL ?? path.join(dataDir, 'guildhall.db')),
    botSocket: env.botSocket,
    loginTtlMs: env.LOGIN_TTL_SECONDS * 1000,
    sessionIdleMs: env.SESSION_IDLE_SECONDS * 1000,
    sessionMaxMs: env.SESSION_MAX_SECONDS * 1000,
    outboundTimeoutMs: env.OUTBOUND_TIMEOUT_MS,
    trustedProxyHops: env.TRUSTED_PROXY_HOPS,
    hstsSubdomains: env.HSTS_SUBDOMAINS,
    siteName: env.SITE_NAME || undefined,
    accentColor: env.ACCENT_COLOR,
    supportUrl: env.SUPPORT_URL,
    privacyUrl: env.PRIVACY_URL,
    termsUrl: env.TERMS_URL,
    logLevel: env.LOG_LEVEL,
    warnings: env.warnings,
  };
}
