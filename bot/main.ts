/** The bot: knows which servers it is in, and tells the BFF over a Unix socket. */
import { ConfigError, exitMisconfigured } from '../shared/environment.ts';
import { coalesce } from './coalesce.ts';
import { createDiscordConnection } from './connection.ts';
import { type BotEnv, readEnv } from './env.ts';
import { GuildIndex } from './guild-index.ts';
import { createHandlers } from './handlers.ts';
import { type BotSocket, listen } from './listen.ts';
import { createLog } from './log.ts';
import { DiscordRefusedError, ShardLostError } from './refusals.ts';
import { SocketTakenError } from './socket-path.ts';

/** The BFF hears of changes at most ten times a second. */
const announceEveryMs = 100;
/** How long a shutdown may take before we just go. */
const shutdownTimeoutMs = 3_000;

const env = readEnvOrExit();
const log = createLog(env.logLevel, env.token);
for (const warning of env.warnings) log.warn(warning);

process.on('unhandledRejection', (err) => die(err, 'a failure that nobody awaited'));
process.on('uncaughtException', (err) => die(err, 'a failure that nobody caught'));

let socket: BotSocket | undefined;
const index = new GuildIndex(coalesce(() => socket?.guildsChanged(index.count()), announceEveryMs));
const discord = createDiscordConnection(env, index, log, (identity) =>
  socket?.identityChanged(identity),
);

let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
  process.on(signal, () => {
    // A terminal sends its signal to every process, and the launcher sends one more.
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'shutting down');
    void shutDown().then(() => process.exit(0));
  });

try {
  // The socket first: a second bot stops here, before it has taken the first one's place on Discord.
  socket = await listen(env.socketPath, createHandlers(index, discord), log);
  await Promise.all([discord.login(), discord.lost]);
} catch (err) {
  if (err instanceof ConfigError || err instanceof DiscordRefusedError) {
    log.fatal(err.message);
    await shutDown();
    exitMisconfigured(new ConfigError(`The bot cannot go on:\n  - ${err.message}`));
  }
  if (err instanceof SocketTakenError || err instanceof ShardLostError) log.fatal(err.message);
  else log.fatal({ err }, 'the bot cannot go on');
  await shutDown();
  process.exit(1);
}

async function shutDown(): Promise<void> {
  const timeout = new Promise((resolve) => setTimeout(resolve, shutdownTimeoutMs));
  await Promise.race([Promise.all([socket?.close(), discord.close()]), timeout]);
}

function die(err: unknown, message: string): never {
  log.fatal({ err }, message);
  process.exit(1);
}

function readEnvOrExit(): BotEnv {
  try {
    return readEnv();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    exitMisconfigured(error);
  }
}
