import { directoryForTest } from './directory-for-test.ts';
import { freePort } from './ports.ts';
import { startProgram } from './program.ts';

/** Starts `bff/main.ts` and resolves when it listens. What is not given points nowhere. */
export async function startBffProcess(environment: Record<string, string> = {}) {
  const port = environment.PORT ?? String(await freePort());
  const directory = directoryForTest();
  const program = startProgram('bff/main.ts', {
    DISCORD_CLIENT_ID: '1180000000000000000',
    DISCORD_CLIENT_SECRET: 'sandbox-client-secret',
    DISCORD_AUTHORIZE_URL: 'http://127.0.0.1:9/oauth2/authorize',
    DISCORD_API_URL: 'http://127.0.0.1:9/api',
    DISCORD_CDN_URL: 'http://127.0.0.1:9/cdn',
    PORT: port,
    DATA_DIR: directory,
    ...environment,
  });
  while (!program.output().includes('"event":"listening"')) {
    if (program.child.exitCode !== null) throw new Error(`the BFF ended:\n${program.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return { ...program, url: `http://localhost:${port}`, directory };
}
