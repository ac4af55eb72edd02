/** Runs a program of ours as its owner would: a process of its own, watched through its output and its exit code. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { onTestFinished } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

export type Run = { code: number | null; signal: NodeJS.Signals | null; output: string };

export type Program = ReturnType<typeof spawnProgram>;

/** How a program is run. `ownGroup`: in a process group of its own, so that Ctrl-C can be pressed in it. */
export type ProgramOptions = { args?: string[]; cwd?: string; ownGroup?: boolean };

/** Runs `main` with exactly this environment. Whoever runs it ends it; a test prefers {@link startProgram}. */
export function spawnProgram(
  main: string,
  environment: Record<string, string>,
  { args = [], cwd = root, ownGroup = false }: ProgramOptions = {},
) {
  const child = spawn(process.execPath, [path.join(root, main), ...args], {
    cwd,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: ownGroup,
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    errors += chunk.toString();
  });
  const ended = new Promise<Run>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal, output })),
  );
  return { child, ended, output: () => output, errors: () => errors };
}

/** Runs `main` for the running test; it is killed with it. */
export function startProgram(
  main: string,
  environment: Record<string, string>,
  args: string[] = [],
): Program {
  const program = spawnProgram(main, environment, { args });
  onTestFinished(async () => {
    program.child.kill('SIGKILL');
    await program.ended;
  });
  return program;
}
