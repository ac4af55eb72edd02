import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const codePattern = /\b[A-Z]{2}-\d\d\b/g;

/** Each code with the test files whose titles carry it. */
const filesOfCode = new Map<string, Set<string>>();
for (const file of globSync('test/**/*.test.ts'))
  for (const [code] of readFileSync(file, 'utf8').matchAll(codePattern))
    filesOfCode.set(code, (filesOfCode.get(code) ?? new Set()).add(file));

const groups = readFileSync('docs/security-cases.md', 'utf8')
  .split(/^## /m)
  .slice(1)
  .map((section) => ({
    name: section.slice(0, 2),
    files: [...section.matchAll(/`(test\/[^`]+)`/g)].map(([, file]) => file ?? ''),
    codes: [...section.matchAll(/^\| ([A-Z]{2}-\d\d) /gm)].map(([, code]) => code ?? ''),
  }));

describe('docs/security-cases.md', () => {
  it('says of every code in a test title what it stands for, once, and has no code without a test', () => {
    const codes = groups.flatMap((group) => group.codes);
    expect(codes.toSorted()).toEqual([...filesOfCode.keys()].toSorted());
  });

  it.each(groups)(
    'keeps the cases of $name together, and names the files that hold them',
    (group) => {
      expect(group.codes.filter((code) => !code.startsWith(group.name))).toEqual([]);
      const files = new Set(group.codes.flatMap((code) => [...(filesOfCode.get(code) ?? [])]));
      expect(group.files.toSorted()).toEqual([...files].toSorted());
    },
  );
});
