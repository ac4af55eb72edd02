/** The BFF's process: reads the environment, starts the server, stops it when told. */
import { ConfigError, exitMisconfigured } from '../shared/environment.ts';
import { type Config, readConfig } from './env.ts';
import { createLog } from './log.ts';
import { type RunningServer, startServer } from './server.ts';

const config = readConfigOrExit();
const log = createLog(config.logLevel);
for (const warning of config.warnings) log.warn({ event: 'unknown_variable' }, warning);

for (const event of ['unhandledRejection', 'uncaughtException'] as const)
  process.on(event, (error: unknown) => {
    log.fatal({ event: 'unhandled_failure', err: error }, 'a failure that nobody awaited');
    process.exit(1);
  });

const server = await startOrExit();
log.info(
  {
    event: 'listening',
    port: server.port,
    public_url: config.publicUrl,
    redirect_uri: config.redirectUri,
  },
  'listening',
);

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    log.info({ event: 'stopping', signal }, 'stopping');
    void server.close().then(() => process.exit(0));
  });

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
