/**
 * The BFF's configuration, read once at start. The only place in this room that looks at `process.env`.
 */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import {
  baseUrl,
  ConfigError,
  defaultDataDir,
  discordUrls,
  logLevel,
  readVariables,
  secureUrl,
} from '../shared/environment.ts';

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
  /** Absent: the bot's own name. */
  siteName: string | undefined;
  /** `#rrggbb`. Absent: ours. */
  accentColor: string | undefined;
  supportUrl: string | undefined;
  /** Absent: our own page. */
  privacyUrl: string | undefined;
  termsUrl: string | undefined;
  logLevel: string;
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
    (keys) => keys.every((key) => Buffer.byteLength(key) >= 32),
    'each key must be at least 32 bytes long',
  );

const address = secureUrl.transform((url) => url.href);

const required = z.string({ error: 'is missing' });

const variables = z.object({
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
 * Reads and checks the environment.
 * @throws {ConfigError} naming every variable that is missing or wrong.
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
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
    siteName: env.SITE_NAME || undefined,
    accentColor: env.ACCENT_COLOR,
    supportUrl: env.SUPPORT_URL,
    privacyUrl: env.PRIVACY_URL,
    termsUrl: env.TERMS_URL,
    logLevel: env.LOG_LEVEL,
  };
}

/**
 * The secret made on the first start. It is written whole under another name first: a process that starts at the same
 * moment finds either nothing or all of it, and whoever links it first wins.
 */
function keptSecret(dataDir: string): string {
  const file = path.join(dataDir, 'session-secret');
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    if (!existsSync(file)) {
      const draft = `${file}.${process.pid}`;
      writeFileSync(draft, randomBytes(32).toString('base64url'), { mode: 0o600 });
      try {
        linkSync(draft, file);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      } finally {
        unlinkSync(draft);
      }
    }
    chmodSync(file, 0o600);
    const secret = readFileSync(file, 'utf8').trim();
    if (Buffer.byteLength(secret) < 32)
      throw new Error('it holds fewer than 32 bytes; delete it to have a new one made');
    return secret;
  } catch (error) {
    throw new ConfigError(
      `The BFF cannot start:\n  - DATA_DIR: the session secret in ${file} cannot be kept: ${(error as Error).message}`,
      { cause: error },
    );
  }
}
