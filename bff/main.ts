/** The BFF's process: reads the environment, starts the server, stops it when told. */
import { ConfigError } from '../shared/environment.ts';
import { type Config, readConfig } from './env.ts';
import { createLog } from './log.ts';
import { startServer } from './server.ts';

/** EX_CONFIG of sysexits.h: starting again would not help. */
const configurationExitCode = 78;

function readConfigOrExit(): Config {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(configurationExitCode);
  }
}

const config = readConfigOrExit();
const log = createLog(config.logLevel);

process.on('unhandledRejection', (error) => {
  log.fatal(
    { event: 'unhandled_rejection', err: error },
    'a promise was rejected and nobody looked',
  );
  process.exit(1);
});

const server = await startServer(config, log).catch((error: NodeJS.ErrnoException) => {
  if (error.code === 'EADDRINUSE') {
    console.error(
      `The BFF cannot start:\n  - PORT ${config.port} on ${config.host} is taken by another program`,
    );
    process.exit(configurationExitCode);
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
    process.exit(configurationExitCode);
  }
  throw error;
});

log.info(
  {
    event: 'listening',
    port: server.port,
    public_url: config.publicUrl,
    redirect_uri: `${config.publicUrl}/discord/callback`,
  },
  `listening; register this redirect URI at Discord: ${config.publicUrl}/discord/callback`,
);

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    log.info({ event: 'stopping', signal }, 'stopping');
    void server.close().then(() => process.exit(0));
  });
