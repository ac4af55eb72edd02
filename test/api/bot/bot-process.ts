/** Runs the bot as its owner would: a process of its own, watched through its log, its socket and its exit code. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { vi } from 'vitest';
import { closeAfterTest } from './close-after-test.ts';

/** A port on which nothing ever answers. */
const nowhere = 'http://127.0.0.1:1/api';

export type BotProcess = ReturnType<typeof startBot>;

type LogLine = { level: number; msg: string; [field: string]: unknown };

/** A new directory for the bot's data, gone after the test. */
export function makeDataDir(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'guildhall-bot-'));
  closeAfterTest(() => rmSync(dataDir, { recursive: true, force: true }));
  return dataDir;
}

/** Starts the bot. Without a `DISCORD_API_URL` in `env` there is no Discord. It is killed after the test. */
export function startBot({
  env = {},
  dataDir = makeDataDir(),
  umask = '022',
}: { env?: Record<string, string>; dataDir?: string; umask?: string } = {}) {
  const main = join(import.meta.dirname, '../../../bot/main.ts');
  const child = spawn('sh', ['-c', `umask ${umask}; exec "$0" "$1"`, process.execPath, main], {
    cwd: dataDir,
    env: {
      PATH: process.env.PATH,
      DISCORD_BOT_TOKEN: 'a-token',
      DISCORD_API_URL: nowhere,
      DATA_DIR: dataDir,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'close').then(([code]: unknown[]) => code as number | null);
  const end = closeAfterTest(async () => {
    child.kill('SIGKILL');
    await exited;
  });

  const logs: LogLine[] = [];
  const output = { text: '', stderr: '' };
  createInterface(child.stdout).on('line', (line) => {
    output.text += `${line}\n`;
    logs.push(JSON.parse(line) as LogLine);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output.text += chunk.toString();
    output.stderr += chunk.toString();
  });

  return {
    socketPath: env.BOT_SOCKET ?? join(dataDir, 'run', 'bot.sock'),
    dataDir,
    logs,
    output,
    /** The exit code, null after a signal. */
    exited,
    end,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    /** Waits for the line of the log with this message. */
    logged: (msg: string) =>
      vi.waitUntil(
        () => {
          if (child.exitCode !== null) throw new Error(`The bot has ended:\n${output.text}`);
          return logs.find((line) => line.msg === msg);
        },
        { timeout: 10_000, interval: 10 },
      ),
  };
}
