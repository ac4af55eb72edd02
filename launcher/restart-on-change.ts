/** In development: starts a part again when one of its files changes. */
import { watch } from 'node:fs';
import path from 'node:path';
import type { Supervisor } from './supervisor.ts';

/** An editor writes a file in several steps, and a branch is many files. */
const quietMs = 100;

/** Watches `directories` (from the project's root) for the part called `name`. */
export function restartOnChange(
  name: string,
  directories: readonly string[],
  supervisor: Supervisor,
): void {
  let timer: NodeJS.Timeout | undefined;
  for (const directory of directories)
    watch(path.join(import.meta.dirname, '..', directory), { recursive: true }, (_event, file) => {
      if (!file?.endsWith('.ts')) return;
      clearTimeout(timer);
      timer = setTimeout(() => supervisor.restart(name), quietMs);
    });
}
