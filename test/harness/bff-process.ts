/** Runs the BFF as its owner would: a process of its own, watched through its output and its exit code. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { freePort } from './bff.ts';
import { directoryForTest } from './directory-for-test.ts';

const root = path.resolve(import.meta.dirname, '../..');

export type Run = { code: number | null; signal: NodeJS.Signals | null; output: string };

/** Runs a program of ours with exactly this environment. It is killed after the test if it still runs. */
export function startProgram(
  main: string,
  environment: Record<string, string>,
  programArguments: string[] = [],
) {
  const child = spawn(process.execPath, [path.join(root, main), ...programArguments], {
    cwd: root,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<Run>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal, output })),
  );
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, ended, output: () => output };
}

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
