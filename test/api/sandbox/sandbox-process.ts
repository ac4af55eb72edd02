/** The sandbox as a process of its own. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { defaultConfig } from '../../../sandbox/config.ts';
import { SandboxClient } from './sandbox-client.ts';

const main = fileURLToPath(new URL('../../../sandbox/main.ts', import.meta.url));

/** Runs it for the running test; `started` is the first it prints, `ended` all of that and its exit code. */
export function runSandbox(variables: Record<string, string>) {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH, SANDBOX_PORT: '0', ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  const started = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => {
        said += data.toString();
        if (said.includes('\n')) resolve(said);
      });
  });
  const ended = new Promise<{ code: number | null; said: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, said }));
  });
  return { child, started, ended };
}

/** A sandbox process that can be reached, with the bot in `guilds` servers. */
export async function openSandboxProcess(guilds: number): Promise<SandboxClient> {
  const said = await runSandbox({ SANDBOX_GUILDS: String(guilds) }).started;
  const url = /http:\S+/.exec(said)?.[0];
  if (url === undefined) throw new Error(`the sandbox did not start: ${said}`);
  return new SandboxClient(url, defaultConfig);
}
