/** The BFF's process: reads the environment, starts the server, stops it when told. */
import { ConfigError, exitMisconfigured } from '../shared/environment.ts';
import { type Config, readConfig } from './env.ts';
import { createLog } from './log.ts';
import { type RunningServer, startServer } from './server.ts';

const config = readConfigOrExit();
const log = createLog(config.logLevel);
for (const warning of config.warnings) log.warn({ event: 'unknown_variable' }, warning);

/** Beyond a call to Discord: the time to store what it brought. */
const failurePatienceMs = 5_000;

let server: RunningServer | undefined;
let stopping = false;

for (const event of ['unhandledRejection', 'uncaughtException'] as const)
  process.on(event, (error: unknown) => {
    log.fatal({ event: 'unhandled_failure', err: error }, 'a failure that nobody awaited');
    process.exitCode = 1;
    void stop();
    // What failed may be what the stop waits for.
    setTimeout(() => process.exit(1), config.outboundTimeoutMs + failurePatienceMs);
  });

server = await startOrExit();
log.info(
  {
    event: 'listening',
    port: server.port,
    public_url: config.publicUrl,
    redirect_uri: config.redirectUri,
  },
  'listening',
);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    if (!stopping) log.info({ event: 'stopping', signal }, 'stopping');
    void stop();
  });

/** Ends the process when nothing is on its way any more: tokens that are exist nowhere else yet. */
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await server?.close();
  process.exit();
}

function readConfigOrExit(): Config {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    exitMisconfigured(error);
  }
}

async function startOrExit(): Promise<RunningServer> {
  try {
    return await startServer(config, log);
  } catch (error) {
    const misconfigured = error instanceof ConfigError ? error : explainListenFailure(error);
    if (misconfigured === undefined) throw error;
    exitMisconfigured(misconfigured);
  }
}

/** Which variable names an address that this process may not listen on; undefined when that is not what went wrong. */
function explainListenFailure(error: unknown): ConfigError | undefined {
  const { code = '', syscall = '' } = error as NodeJS.ErrnoException;
  if (syscall !== 'listen' && syscall !== 'getaddrinfo') return undefined;
  const problem = {
    EADDRINUSE: `PORT ${config.port} on ${config.host} is taken by another program; end that one or set PORT to another port`,
    EACCES: `PORT ${config.port} is not for this user to listen on (${code}); set PORT to one above 1023`,
    EADDRNOTAVAIL: `HOST ${config.host} is no address of this machine (${code}); set HOST to one, or leave it unset`,
    ENOTFOUND: `HOST ${config.host} is no address of this machine (${code}); set HOST to one, or leave it unset`,
    EAI_AGAIN: `HOST ${config.host} is no address of this machine (${code}); set HOST to one, or leave it unset`,
  }[code];
  return problem === undefined
    ? undefined
    : new ConfigError(`The BFF cannot start:\n  - ${problem}`, { cause: error });
}
