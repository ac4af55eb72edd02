/** What the routes work with, wired once. */
import type Koa from 'koa';
import { type BotLink, connectBot } from './bot-link.ts';
import { type Cookies, createCookies } from './cookies.ts';
import type { Middleware } from './context.ts';
import type { Config } from './env.ts';
import { createGuildsAnswers, type GuildsAnswers } from './guilds/guilds-answer.ts';
import { createPersonGuilds, type PersonGuildsSource } from './guilds/person-guilds.ts';
import type { Log } from './log.ts';
import { type AccessTokens, createAccessTokens } from './oauth/access-tokens.ts';
import { createDiscord, type Discord } from './oauth/discord.ts';
import { createLoginRecords, type LoginRecords } from './oauth/login-records.ts';
import { createOutbound, type Outbound } from './outbound.ts';
import { createSeal } from './sessions/seal.ts';
import { createSessionEnding, type SessionEnding } from './sessions/session-ending.ts';
import { createSessionMiddleware } from './sessions/session-middleware.ts';
import { createSessionRecords, type SessionRecords } from './sessions/session-records.ts';
import { createTokenRecords, type TokenRecords } from './sessions/token-records.ts';
import { type Database, openDatabase } from './storage/database.ts';

export type Services = {
  config: Config;
  log: Log;
  database: Database;
  bot: BotLink;
  outbound: Outbound;
  discord: Discord;
  cookies: Cookies;
  logins: LoginRecords;
  sessions: SessionRecords;
  tokens: TokenRecords;
  ending: SessionEnding;
  accessTokens: AccessTokens;
  sessionMiddleware: Middleware;
  guilds: PersonGuildsSource;
  guildsAnswer: GuildsAnswers;
};

/** Opens storage, starts looking for the bot, and puts the rooms together. */
export async function openServices(config: Config, log: Log, app: Koa): Promise<Services> {
  const database = await openDatabase(config.databaseFile);
  const seal = createSeal(config.sessionSecrets);
  const outbound = createOutbound({ timeoutMs: config.outboundTimeoutMs });
  const discord = createDiscord(config, outbound);
  const sessions = createSessionRecords(database, seal, config);
  const tokens = createTokenRecords(database, seal);
  const ending = createSessionEnding(sessions, tokens, discord, log);
  const accessTokens = createAccessTokens(discord, tokens, ending, log, config);
  const cookies = createCookies(config);
  const bot = connectBot(config.botSocket, log);
  return {
    config,
    log,
    database,
    bot,
    outbound,
    discord,
    cookies,
    logins: createLoginRecords(database, seal, config),
    sessions,
    tokens,
    ending,
    accessTokens,
    sessionMiddleware: createSessionMiddleware(app, cookies, sessions),
    guilds: createPersonGuilds(discord, accessTokens),
    guildsAnswer: createGuildsAnswers(config, bot),
  };
}
