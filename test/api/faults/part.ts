/** A process of ours that is killed and started again on the same environment, as its supervisor would. */
import { readdirSync, readFileSync } from 'node:fs';
import { type Program, spawnProgram } from '../../harness/program.ts';

export class Part {
  readonly #main: string;
  readonly #environment: Record<string, string>;
  #program: Program | undefined;
  /** The last words of those before it. */
  #earlierErrors = '';

  constructor(main: string, environment: Record<string, string>) {
    this.#main = main;
    this.#environment = environment;
  }

  /** What it wrote to stderr in all its lives: a crash's last words. */
  get errors(): string {
    return this.#earlierErrors + (this.#program?.errors() ?? '');
  }

  start(): void {
    this.#earlierErrors = this.errors;
    this.#program = spawnProgram(this.#main, this.#environment);
  }

  /** Ends it and waits for its end. Gives the exit code, null when a signal ended it. */
  async stop(signal: NodeJS.Signals): Promise<number | null> {
    if (this.#program === undefined) return null;
    this.#program.child.kill(signal);
    return (await this.#program.ended).code;
  }

  /** Memory in use, in MB; 0 when it does not run. */
  residentMb(): number {
    const pid = this.#program?.child.pid;
    if (pid === undefined) return 0;
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  }

  /** How many files and sockets it holds open. */
  openFiles(): number {
    return readdirSync(`/proc/${this.#program?.child.pid}/fd`).length;
  }
}
