/** Directories that are for their owner alone. */
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';

/**
 * Makes a directory, and those above it that are missing, with mode 0700. What stands there already is left as it is.
 * Throws what the system says. It is made step by step because mkdir with `recursive` never returns where a directory
 * exists and can hold no other, as /proc and a link to nowhere (seen with Node 24).
 */
export function makePrivateDirectory(directory: string): void {
  if (existsSync(directory)) return;
  const above = path.dirname(directory);
  if (above !== directory) makePrivateDirectory(above);
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    // Another process has just made it; or a link to nowhere, which whoever uses the directory will say.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
