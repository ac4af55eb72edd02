/** Starts the BFF in this process, through its own front door, on a port and a directory of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readConfig, type Config } from '../../bff/env.ts';
import { createLog } from '../../bff/log.ts';
import { defaultLimits, type Limits, startServer } from '../../bff/server.ts';

export type TestBff = {
  url: string;
  config: Config;
  /** What it logged so far, one JSON object a line. */
  log: string[];
  close(): Promise<void>;
};

/**
 * Ports for tests lie below those the system gives to outgoing connections and to whoever asks for any (32768 and up on
 * Linux), so that none is taken between asking and listening. Each test worker has a thousand of its own.
 */
const firstPort = 10_000 + (Number(process.env.VITEST_POOL_ID ?? 0) % 20) * 1_000;
let portsGiven = 0;

/** A port nobody listens on, and nobody else is given. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = firstPort + (portsGiven++ % 1_000);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/** A directory that goes away with {@link TestBff.close}, or when the caller removes it. */
export function temporaryDirectory(): string {
  return mkdtempSync(path.join(tmpdir(), 'guildhall-'));
}

/**
 * Starts a BFF on the environment given; what is not given points nowhere. `directory` lets two of them share a database.
 */
export async function startBff(
  environment: Record<string, string> = {},
  options: { directory?: string; limits?: Partial<Limits>; port?: number } = {},
): Promise<TestBff> {
  const directory = options.directory ?? temporaryDirectory();
  const port = options.port ?? (await freePort());
  const config = readConfig({
    DISCORD_CLIENT_ID: '1100000000000000001',
    DISCORD_CLIENT_SECRET: 'sandbox-client-secret',
    DISCORD_AUTHORIZE_URL: 'http://127.0.0.1:9/oauth2/authorize',
    DISCORD_API_URL: 'http://127.0.0.1:9/api',
    DISCORD_CDN_URL: 'http://127.0.0.1:9/cdn',
    PORT: String(port),
    DATA_DIR: directory,
    LOG_LEVEL: 'debug',
    ...environment,
  });
  const log: string[] = [];
  const server = await startServer(
    config,
    createLog(config.logLevel, { write: (line: string) => void log.push(line) }),
    { ...defaultLimits, ...options.limits },
  );
  return {
    url: `http://localhost:${port}`,
    config,
    log,
    async close() {
      await server.close();
      if (options.directory === undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
}
