/** Starts the BFF in this process, through its own front door, on a port and a directory of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readConfig, type Config } from '../../bff/env.ts';
import { createLog } from '../../bff/log.ts';
import { defaultLimits, type Limits, startServer } from '../../bff/server.ts';
import { freePort } from './ports.ts';

export type TestBff = {
  url: string;
  config: Config;
  /** What it logged so far, one JSON object a line. */
  log: string[];
  close(): Promise<void>;
};

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
