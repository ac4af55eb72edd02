/** Looks whether the ports are free before anything starts: another Guildhall there would answer in our place. */
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Launch } from './env.ts';

/** What was started by a start.ts that was killed lets go of its ports within this time. */
const patienceMs = 3_000;

/** Gives a sentence for each port that another program holds. */
export async function findTakenPorts(ports: Launch['ports']): Promise<string[]> {
  const found = await Promise.all(
    ports.map(async ({ name, port, movedBy }) => {
      if (!(await staysTaken(Number(port)))) return [];
      const orMove = movedBy === undefined ? '' : ` or set ${movedBy} to another port`;
      return [`${name} ${port} is taken by another program; end that one${orMove}`];
    }),
  );
  return found.flat();
}

async function staysTaken(port: number): Promise<boolean> {
  const giveUpAt = performance.now() + patienceMs;
  while (await isTaken(port)) {
    if (performance.now() > giveUpAt) return true;
    await sleep(100);
  }
  return false;
}

/** A number that cannot be a port counts as free: the part that is to listen there says what is wrong with it. */
async function isTaken(port: number): Promise<boolean> {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return false;
  return await new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE'));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(false)));
  });
}
