/** The BFF's process: reads the environment, starts the server, stops it when told. */
import { ConfigError, misconfiguredExitCode } from '../shared/environment.ts';
import { type Config, readConfig } from './env.ts';
import { createLog } from './log.ts';
import { startServer } from './server.ts';

function readConfigOrExit(): Config {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(misconfiguredExitCode);
  }
}

const config = readConfigOrExit();
const log = createLog(config.logLevel);

for (const event of ['unhandledRejection', 'uncaughtException'] as const)
  process.on(event, (error: unknown) => {
    log.fatal({ event: 'unhandled_failure', err: error }, 'a failure that nobody awaited');
    process.exit(1);
  });

const server = await startServer(config, log).catch((error: NodeJS.ErrnoException) => {
  if (error.code === 'EADDRINUSE') {
    console.error(
      `The BFF cannot start:\n  - PORT ${config.port} on ${config.host} is taken by another program`,
    );
    process.exit(misconfiguredExitCode);
  }
  const wrongVariable = {
    EADDRNOTAVAIL: 'HOST',
    ENOTFOUND: 'HOST',
    EAI_AGAIN: 'HOST',
    EACCES: 'PORT',
  }[error.code ?? ''];
  if (wrongVariable !== undefined && ['listen', 'getaddrinfo'].includes(error.syscall ?? '')) {
    console.error(
      `The BFF cannot start:\n  - ${wrongVariable} is no address this process may listen on (${error.code})`,
    );
    process.exit(misconfiguredExitCode);
  }
  throw error;
});

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
