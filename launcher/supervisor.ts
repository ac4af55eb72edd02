/** Keeps processes running side by side: starts them, starts them again when they die, and ends them all. */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { misconfiguredExitCode } from '../shared/environment.ts';
import { complain } from './say.ts';

/** A process of ours. `arguments` are Node's; `environment` is all that it finds in its own. */
export type Part = { name: string; arguments: string[]; environment: NodeJS.ProcessEnv };

type Running = { child: ChildProcess; ended: Promise<number | string> };

const root = path.resolve(import.meta.dirname, '..');

const shortestPauseMs = 1_000;
const longestPauseMs = 30_000;
/** A part that lived this long had started well; its next death is a new story. */
const healthyAfterMs = 60_000;
/** The other parts read the same environment: within this time they have said what they find wrong in it, too. */
const misconfiguredPatienceMs = 1_500;
/**
 * What a part says on stderr waits this long for its end. When that is a wrong configuration, its words are said last, so
 * that nobody has to look for them.
 */
const lastWordsMs = 1_000;

export class Supervisor {
  readonly #running = new Map<string, Running>();
  /** The parts that are ended only to be started again. */
  readonly #restarting = new Set<string>();
  /** Ends the pause of a part that waits to be started again. */
  readonly #pauses = new Map<string, AbortController>();
  readonly #shutdownPatienceMs: number;
  readonly #lastWords: string[] = [];
  #exitCode: number | undefined;

  /** @param shutdownPatienceMs how long the parts may take to end when told to, before they are killed */
  constructor(shutdownPatienceMs: number) {
    this.#shutdownPatienceMs = shutdownPatienceMs;
    // Whatever ends this process, short of a SIGKILL, nothing it started outlives it.
    process.on('exit', () => {
      for (const { child } of this.#running.values()) child.kill('SIGKILL');
    });
  }

  get isStopping(): boolean {
    return this.#exitCode !== undefined;
  }

  /** The process of a part, undefined while it does not run. */
  child(name: string): ChildProcess | undefined {
    return this.#running.get(name)?.child;
  }

  /**
   * Starts a part, and starts it again whenever it dies, after a pause that grows while it keeps dying. When one says that
   * the configuration is wrong, which another start would not mend, all of them are ended with its exit code.
   */
  async keepRunning(part: Part): Promise<void> {
    let pauseMs = shortestPauseMs;
    while (!this.isStopping) {
      const startedAt = performance.now();
      const end = await this.run(part);
      if (this.isStopping) return;
      if (this.#restarting.delete(part.name)) continue;
      if (end === misconfiguredExitCode) {
        await sleep(misconfiguredPatienceMs);
        await this.stop(misconfiguredExitCode);
      }
      if (performance.now() - startedAt > healthyAfterMs) pauseMs = shortestPauseMs;
      complain(`${part.name} ended (${end}); it is started again in ${pauseMs / 1000} s`);
      const pause = new AbortController();
      this.#pauses.set(part.name, pause);
      await sleep(pauseMs, undefined, { signal: pause.signal }).catch(() => undefined); // ended early: `restart`
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  }

  /** Runs a part to its end. Gives its exit code, or the signal that ended it. */
  async run(part: Part): Promise<number | string> {
    const child = spawn(
      process.execPath,
      ['--import', './launcher/end-with-parent.ts', ...part.arguments],
      {
        cwd: root,
        env: part.environment,
        stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
      },
    );
    const ended = endOf(child);
    this.#running.set(part.name, { child, ended });
    const words = passOn(child);
    const end = await ended;
    this.#running.delete(part.name);
    const left = words();
    if (end === misconfiguredExitCode) this.#lastWords.push(left);
    else if (left !== '') complain(left.trimEnd());
    return end;
  }

  /** Has a part start again now, with its files as they are. */
  restart(name: string): void {
    const child = this.child(name);
    if (child !== undefined) this.#restarting.add(name);
    child?.kill('SIGTERM');
    this.#pauses.get(name)?.abort();
  }

  /** Ends every part, kindly and then not, and then this process. Never resolves. */
  async stop(exitCode: number): Promise<never> {
    if (!this.isStopping) {
      this.#exitCode = exitCode;
      const running = [...this.#running.values()];
      const ends = Promise.all(running.map(({ ended }) => ended));
      for (const { child } of running) child.kill('SIGTERM');
      await Promise.race([ends, sleep(this.#shutdownPatienceMs)]);
      for (const { child } of running) child.kill('SIGKILL');
      await ends;
      const words = this.#lastWords.join('').trimEnd();
      if (words !== '') complain(words);
      process.exit(exitCode);
    }
    return await new Promise<never>(() => {}); // the first call ends the process
  }
}

/** Resolves with the exit code or signal of a process when it has ended and all it said has arrived. */
async function endOf(child: ChildProcess): Promise<number | string> {
  const closed = new Promise((resolve) => child.once('close', resolve));
  const end = await new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  await Promise.race([closed, sleep(lastWordsMs)]);
  return end;
}

/** Passes on what a part says on stderr, a moment late. The function gives what has not been passed on yet. */
function passOn(child: ChildProcess): () => string {
  let held = '';
  let timer: NodeJS.Timeout | undefined;
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    held += text;
    timer ??= setTimeout(() => {
      timer = undefined;
      complain(held.trimEnd());
      held = '';
    }, lastWordsMs);
  });
  return () => {
    clearTimeout(timer);
    return held;
  };
}
