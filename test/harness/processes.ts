/**
 * The whole product as a newcomer starts it: `node start.ts` with the sandbox, on ports and a directory of its own. Ends it
 * with every test file, and does not forgive a process or a socket that stays behind.
 */
import { type ChildProcess, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './ports.ts';
import { spawnProgram } from './program.ts';
import { controlSandbox } from './sandbox-control.ts';

/** The programs that start.ts runs. */
export type PartName = 'sandbox' | 'bot' | 'bff';

type Process = { pid: number; parent: number; group: number; command: string };

/** Where the parts are to listen: two ports nobody uses right now. */
export async function freePorts(): Promise<[string, string]> {
  return [String(await freePort()), String(await freePort())];
}

export class Product {
  readonly url: string;
  readonly sandboxUrl: string;
  readonly directory: string;
  readonly launcher: ChildProcess;
  readonly #output: () => string;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;

  /** Prefer {@link startProduct}. */
  constructor(environment: Record<string, string>, directory: string) {
    this.url = `http://localhost:${environment.PORT}`;
    this.sandboxUrl = `http://localhost:${environment.SANDBOX_PORT}`;
    this.directory = directory;
    // Somewhere without the .env of whoever runs the tests.
    const program = spawnProgram('start.ts', environment, { cwd: directory, ownGroup: true });
    this.launcher = program.child;
    this.#output = program.output;
    this.ended = new Promise((resolve) => {
      this.launcher.once('close', (code, signal) => resolve(code ?? signal));
      // The output stays open as long as a process that was left behind holds it; that is not waited for.
      this.launcher.once('exit', (code, signal) => {
        setTimeout(() => resolve(code ?? signal), 1_000).unref();
      });
    });
  }

  /** Everything it said so far. */
  get log(): string {
    return this.#output();
  }

  /** Waits until `condition` holds. @throws with `what` and the log when it does not within the time. */
  async until(what: string, condition: () => unknown, timeoutMs = 20_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!(await condition())) {
      if (Date.now() > deadline)
        throw new Error(`waited ${timeoutMs} ms in vain: ${what}\n${this.log.slice(-4_000)}`);
      await sleep(25);
    }
  }

  /** Waits until it has said where to look and the bot has reported. */
  async ready(): Promise<void> {
    await this.until('the product starts', async () => {
      if (this.launcher.exitCode !== null) throw new Error(`the product ended:\n${this.log}`);
      if (!this.log.includes('Guildhall is at')) return false;
      const response = await fetch(`${this.url}/api/guild-count`, { headers: { 'x-csrf': '1' } });
      const answer = (await response.json()) as { data?: { stale: boolean } };
      return answer.data?.stale === false;
    });
  }

  /** The process id of a part, null while it is not running. */
  pid(part: PartName): number | null {
    const parts = listProcesses().filter(({ parent }) => parent === this.launcher.pid);
    return parts.find(({ command }) => command.includes(`${part}/main.ts`))?.pid ?? null;
  }

  /** Ends a part without a word, as the kernel does when memory runs out. Gives the process id it had. */
  kill(part: PartName): number {
    const pid = this.pid(part);
    if (pid === null) throw new Error(`${part} is not running\n${this.log}`);
    process.kill(pid, 'SIGKILL');
    return pid;
  }

  /** Keeps a part from doing anything, with its connections open; the returned function lets it go on. */
  freeze(part: PartName): () => void {
    const pid = this.pid(part);
    if (pid === null) throw new Error(`${part} is not running\n${this.log}`);
    process.kill(pid, 'SIGSTOP');
    return () => void process.kill(pid, 'SIGCONT');
  }

  /** Everything that was started and still runs, the launcher included. */
  processes(): Process[] {
    return listProcesses().filter(({ group }) => group === this.launcher.pid);
  }

  /** The socket files that exist. */
  sockets(): string[] {
    const directory = path.join(this.directory, 'data', 'run');
    return existsSync(directory) ? readdirSync(directory) : [];
  }

  /** Ctrl-C in a terminal reaches every process of the group; a service manager tells only the first. */
  signal(signal: NodeJS.Signals, to: 'group' | 'launcher' = 'launcher'): void {
    const { pid } = this.launcher;
    if (pid === undefined) throw new Error('start.ts never ran');
    process.kill(to === 'group' ? -pid : pid, signal);
  }

  /** Turns one of the sandbox's switches. */
  async sandbox<T = unknown>(method: string, switchPath: string, body?: unknown): Promise<T> {
    return await controlSandbox<T>(this.sandboxUrl, method, switchPath, body);
  }

  /** How many servers the bot is in, as Discord knows it. */
  async countAtDiscord(): Promise<number> {
    const world = await this.sandbox<{ guild_counts: { with_bot: number } }>('GET', '/world');
    return world.guild_counts.with_bot;
  }

  /** Ends it as Ctrl-C does. @throws when anything of it is left. */
  async stop(): Promise<void> {
    try {
      if (this.launcher.exitCode === null && this.launcher.signalCode === null)
        this.signal('SIGINT');
      const outcome = await Promise.race([this.ended, sleep(15_000, 'still running')]);
      const left = this.processes();
      const sockets = this.sockets();
      if (outcome !== 0 || left.length > 0 || sockets.length > 0)
        throw new Error(
          `the product did not end well: ${JSON.stringify({ outcome, left, sockets })}\n${this.log.slice(-4_000)}`,
        );
    } finally {
      this.discard();
    }
  }

  /** Ends it without asking, and removes its directory. */
  discard(): void {
    for (const { pid } of this.processes()) process.kill(pid, 'SIGKILL');
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Runs `node start.ts`; `ready` of the result tells when it works. Whoever starts it stops it. */
export async function startProduct(environment: Record<string, string> = {}): Promise<Product> {
  const directory = mkdtempSync(path.join(tmpdir(), 'guildhall-'));
  const [port, sandboxPort] = await freePorts();
  return new Product(
    {
      PORT: port,
      SANDBOX_PORT: sandboxPort,
      DATA_DIR: path.join(directory, 'data'),
      ...environment,
    },
    directory,
  );
}

/** What runs on this machine now, the dead that nobody has buried left out. */
export function listProcesses(): Process[] {
  if (!existsSync('/proc')) return listProcessesByPs();
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        // The second field is the program's name in parentheses, which may hold anything.
        const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        if (state === 'Z') return [];
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return [{ pid: Number(pid), parent: Number(parent), group: Number(group), command }];
      } catch {
        return []; // It ended while we looked.
      }
    });
}

/** The same where there is no /proc, as on macOS. */
function listProcessesByPs(): Process[] {
  const table = execFileSync('ps', ['-axo', 'pid=,ppid=,pgid=,stat=,command='], {
    encoding: 'utf8',
  });
  return table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state]) => !state?.startsWith('Z'))
    .map(([pid, parent, group, , ...command]) => ({
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      command: command.join(' '),
    }));
}
