/** README, .env.example, compose.yaml and the code name the same variables with the same defaults. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { variables as bffVariables } from '../../bff/env.ts';
import { variables as botVariables } from '../../bot/env.ts';
import { listVariables } from '../../sandbox/env.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

/** The rows of README's table: the name, its cell for the default, who reads it. */
function readmeRows() {
  const table = read('README.md').split('\n| variable')[1]?.split('\n\n')[0] ?? '';
  return [...table.matchAll(/^\| `([A-Z_]+)` *\| ([^|]*?) *\| ([^|]*?) *\|/gm)].flatMap(
    ([, name = '', unset = '', readBy = '']) => [{ name, unset, readBy }],
  );
}

/** The variables of .env.example, each with the default it shows. */
function exampleRows() {
  return [...read('.env.example').matchAll(/^#?([A-Z_]+)=(.*)$/gm)].map(
    ([, name = '', value = '']) => ({ name, value }),
  );
}

const meetingPlace = ['BOT_SOCKET', 'DATA_DIR']; // read by shared/environment.ts for both
const bff = [...Object.keys(bffVariables.shape), ...meetingPlace];
const bot = [...Object.keys(botVariables.shape), ...meetingPlace];
const sandbox = listVariables();
const compose = new Set(
  [...read('compose.yaml').matchAll(/\$\{([A-Z_]+)/g)].map(([, name = '']) => name),
);

/** What the code takes where a variable is not set. */
const defaults = new Map<string, string>([
  ...[bffVariables, botVariables].flatMap((schema) =>
    Object.entries(schema.shape).flatMap(([name, variable]): [string, string][] => {
      const { success, data } = variable.safeParse(undefined);
      return success && data !== undefined ? [[name, String(data)]] : [];
    }),
  ),
  ...sandbox.map(({ name, unset }): [string, string] => [name, unset]),
]);

describe('every variable', () => {
  it('stands in the README, and nothing else does', () => {
    const named = readmeRows().map(({ name }) => name);
    expect(named.toSorted()).toEqual(
      [...new Set([...bff, ...bot, ...sandbox.map(({ name }) => name), ...compose])].toSorted(),
    );
  });

  it('stands in .env.example, and nothing else does', () => {
    const names = exampleRows().map(({ name }) => name);
    expect(names.toSorted()).toEqual(
      readmeRows()
        .map(({ name }) => name)
        .toSorted(),
    );
  });

  it('is said to be read by whoever reads it', () => {
    for (const { name, readBy } of readmeRows()) {
      const readers = [bot.includes(name) && 'bot', bff.includes(name) && 'BFF'].filter(Boolean);
      const expected = readers.length === 2 ? 'both' : (readers[0] ?? readBy);
      expect(`${name}: ${readBy}`).toBe(`${name}: ${expected}`);
    }
  });

  it('has the default that is told of it', () => {
    const plain = /^`([^`$]+)`(?: \(container `[^`]+`\))?$/;
    for (const { name, unset } of readmeRows()) {
      const told = plain.exec(unset)?.[1];
      if (defaults.has(name) && told !== undefined)
        expect(`${name}=${told}`).toBe(`${name}=${defaults.get(name)}`);
    }
    for (const { name, value } of exampleRows())
      if (value !== '' && defaults.has(name) && !defaults.get(name)?.includes(' '))
        expect(`${name}=${value}`).toBe(`${name}=${defaults.get(name)}`);
  });

  it('of bot and BFF reaches its container', () => {
    // These are the container's own: where it listens and keeps things.
    const fixed = new Set(['PORT', 'HOST', 'DATA_DIR', 'DATABASE_URL', 'BOT_SOCKET']);
    for (const name of new Set([...bff, ...bot]))
      if (!fixed.has(name)) expect([...compose]).toContain(name);
  });
});

describe("README's commands", () => {
  it('are there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const used = [...read('README.md').matchAll(/\bnpm (?:run ([\w-]+)|(start|test)\b)/g)].map(
      ([, script, known]) => script ?? known ?? '',
    );
    expect(used.length).toBeGreaterThan(10);
    for (const script of used) expect(Object.keys(scripts)).toContain(script);
    const told = [...read('README.md').matchAll(/^\| `npm (?:run )?([\w-]+)` /gm)].map(
      ([, script]) => script,
    );
    const unsaid = new Set(['prestart', 'pretest']);
    expect(told.toSorted()).toEqual(
      Object.keys(scripts)
        .filter((script) => !unsaid.has(script))
        .toSorted(),
    );
  });
});
