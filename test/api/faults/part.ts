/** A process of ours that is killed and started again on the same environment, as its supervisor would. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../../..');

export class Part {
  readonly #main: string;
  readonly #environment: Record<string, string>;
  #child: ChildProcess | undefined;
  /** What it wrote to stderr: a crash's last words. */
  errors = '';

  constructor(main: string, environment: Record<string, string>) {
    this.#main = main;
    this.#environment = environment;
  }

  start(): void {
    const child = spawn(process.execPath, [path.join(root, this.#main)], {
      cwd: root,
      env: { PATH: process.env.PATH, ...this.#environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.on('data', (chunk: Buffer) => (this.errors += chunk.toString()));
    this.#child = child;
  }

  /** Ends it and waits for its end. Gives the exit code, null when a signal ended it. */
  async stop(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null)
      return child?.exitCode ?? null;
    const ended = once(child, 'exit');
    child.kill(signal);
    const [code] = (await ended) as [number | null];
    return code;
  }

  /** Memory in use, in MB; 0 when it does not run. */
  residentMb(): number {
    if (this.#child?.pid === undefined) return 0;
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  }
}
