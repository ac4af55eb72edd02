/** Everything the build made, read once. What happens to the folder afterwards, a new build for instance, changes nothing here. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { readyResource, type Resource } from './resource.ts';

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** The build's own note to us, which is no file for anybody else. */
export const templatesFile = 'pages.json';

/** A year: the name of what lies in `assets` changes with its content. */
const forEver = 'public, max-age=31536000, immutable';

/**
 * Reads a folder. Gives each file by the path it is asked for under, and nothing else: a path is looked up, never put
 * together, so none leads out of the folder. Empty where there is no such folder.
 */
export async function readBuiltFiles(directory: string): Promise<Map<string, Resource>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
    .map((name) => name.replaceAll(path.sep, '/'));
  const present = new Set(names);
  const files = new Map<string, Resource>();
  for (const name of names) {
    const isSibling = /\.(?:br|gz)$/.test(name) && present.has(name.slice(0, -3));
    if (isSibling || name === templatesFile) continue;
    const read = async (suffix: string) =>
      present.has(name + suffix) ? await readFile(path.join(directory, name + suffix)) : undefined;
    const [br, gzip] = await Promise.all([read('.br'), read('.gz')]);
    files.set(
      `/${name}`,
      readyResource(
        {
          type: types[path.extname(name)] ?? 'application/octet-stream',
          cache: name.startsWith('assets/') ? forEver : 'no-cache',
        },
        {
          identity: await readFile(path.join(directory, name)),
          ...(br && { br }),
          ...(gzip && { gzip }),
        },
      ),
    );
  }
  return files;
}
