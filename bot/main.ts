/** The bot: knows which servers it is in, and tells the BFF over a Unix socket. */
import { ConfigError, misconfiguredExitCode } from '../shared/environment.ts';
import { createDiscordConnection, DiscordRefusedError, ShardLostError } from './client.ts';
import { coalesce } from './coalesce.ts';
import { readEnv } from './env.ts';
import { GuildIndex } from './guild-index.ts';
import { createHandlers } from './handlers.ts';
import { type BotSocket, listen } from './listen.ts';
import { createLog } from './log.ts';
import { SocketRefusedError, SocketTakenError } from './socket-path.ts';

/** The BFF hears of changes at most ten times a second. */
const announceEveryMs = 100;
/** How long a shutdown may take before we just go. */
const shutdownTimeoutMs = 3_000;

const env = readEnvOrExit();
const log = createLog(env.logLevel, env.token);

process.on('unhandledRejection', (err) => die(err, 'a failure that nobody awaited'));
process.on('uncaughtException', (err) => die(err, 'a failure that nobody caught'));

let socket: BotSocket | undefined;
const index = new GuildIndex(coalesce(() => socket?.guildsChanged(index.count()), announceEveryMs));
const discord = createDiscordConnection(env, index, log);

let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
  process.on(signal, () => {
    // A terminal sends its signal to every process, and the launcher sends one more.
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'shutting down');
    void shutDown(0);
  });

try {
  // The socket first: a second bot stops here, before it has taken the first one's place on Discord.
  socket = await listen(env.socketPath, createHandlers(index, discord), log);
  await Promise.all([discord.login(), discord.lost]);
} catch (error) {
  await shutDown(explain(error));
}

/** Logs why the bot ends, without a stack where the message says it all, and picks the exit code. */
function explain(err: unknown): number {
  if (err instanceof DiscordRefusedError || err instanceof SocketRefusedError) {
    log.fatal(err.message);
    return misconfiguredExitCode;
  }
  if (err instanceof SocketTakenError || err instanceof ShardLostError) log.fatal(err.message);
  else log.fatal({ err }, 'the bot cannot go on');
  return 1;
}

async function shutDown(exitCode: number): Promise<never> {
  setTimeout(() => process.exit(exitCode), shutdownTimeoutMs).unref();
  await Promise.all([socket?.close(), discord.close()]);
  process.exit(exitCode);
}

function die(err: unknown, message: string): never {
  log.fatal({ err }, message);
  process.exit(1);
}

function readEnvOrExit() {
  try {
    return readEnv();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(misconfiguredExitCode);
  }
}
