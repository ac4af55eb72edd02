/** Where this machine keeps a Chromium that tests can drive. Downloads nothing. */
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

const commands = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
];
const applications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The path of a Chromium or Chrome: the one `CHROMIUM_PATH` names, else the first of the usual places; null when there is none. */
export function findBrowser(): string | null {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen) return chosen;
  const directories = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/bin', '/snap/bin'];
  const installed = commands.flatMap((command) =>
    directories.map((directory) => path.join(directory, command)),
  );
  return [...installed, ...applications].find(canRun) ?? null;
}

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // not there, or not ours to run
  }
}
