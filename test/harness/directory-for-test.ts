import { rmSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { temporaryDirectory } from './bff.ts';

/** A directory that goes away when the running test has ended, after all that was started in it. */
export function directoryForTest(): string {
  const directory = temporaryDirectory();
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
