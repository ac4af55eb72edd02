/** A disk of a few megabytes, which a test can fill: a tmpfs, which only root on Linux can mount. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { directoryForTest } from './directory-for-test.ts';

/** Whether disks can be mounted here at all. */
export const canMountDisks = process.platform === 'linux' && process.getuid?.() === 0 && tryMount();

function mount(directory: string, megabytes: number): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'tmpfs', directory], {
    stdio: 'ignore',
  });
}

function unmount(directory: string): void {
  execFileSync('umount', ['-l', directory], { stdio: 'ignore' });
}

function tryMount(): boolean {
  const directory = `/tmp/guildhall-mount-${process.pid}`;
  try {
    mkdirSync(directory);
    mount(directory, 1);
    unmount(directory);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Mounts a disk for the running test. */
export function mountSmallDisk(megabytes: number) {
  const directory = path.join(directoryForTest(), 'disk');
  mkdirSync(directory);
  mount(directory, megabytes);
  onTestFinished(() => unmount(directory));
  const filler = path.join(directory, 'filler');
  return {
    directory,
    /** Takes every byte that is left. */
    fill(): void {
      const file = openSync(filler, 'a');
      try {
        for (const size of [65_536, 4_096, 1]) {
          const block = Buffer.alloc(size, 'x');
          try {
            for (;;) if (writeSync(file, block) < size) break;
          } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
          }
        }
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(filler, { force: true }),
  };
}
