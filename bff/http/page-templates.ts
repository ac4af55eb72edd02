/**
 * Reads `pages.json`, which the build writes (build/write-pages.ts): every page in every language, as HTML with places
 * for what is known only when it is sent. A place is `{{name}}`, or `<!--{{name}}-->` where HTML allows no text.
 *
 *     shell       the document around every page; places: language, theme, head, body
 *     style       the styles of the first page, for the head
 *     languages   by language:
 *       words     what the BFF says itself; `ages` have a place `when`, `shards` have `ready` and `total`;
 *                 `sentences` and `unavailable` (with a place `count`) go by CLDR's plural category
 *       pages     by page: its title, its body, and its body while the bot was never seen
 *
 * Places in bodies: name, bot, picture, invite (the dashboard), support, terms, privacy (addresses, empty where the owner
 * set none); before, figure, after, characters, stale, freshness, age, shards,
 * unavailable (the count); login, sessionIdle, sessionMax (spans).
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { languages, paths } from '../../shared/pages.ts';
import { templatesFile } from './built-files.ts';

const age = z.string();
const words = z.object({
  title: z.string(),
  description: z.string(),
  justNow: z.string(),
  ages: z.object({ connecting: age, away: age, behind: age }),
  sentences: z.record(z.string(), z.object({ before: z.string(), after: z.string() })),
  shards: z.string(),
  unavailable: z.record(z.string(), z.string()),
});
const page = z.object({ title: z.string(), body: z.string(), unknownBot: z.string() });
const pageNames = [...Object.keys(paths), 'not_found'] as (keyof typeof paths | 'not_found')[];
const templates = z.object({
  shell: z.string(),
  style: z.string(),
  languages: z.record(
    z.enum(languages),
    z.object({ words, pages: z.record(z.enum(pageNames), page) }),
  ),
});

export type PageTemplates = z.infer<typeof templates>;
export type PageWords = z.infer<typeof words>;

/** Reads the templates; undefined where the pages are not built. @throws when they are of another version of the BFF */
export async function readPageTemplates(directory: string): Promise<PageTemplates | undefined> {
  const text = await readFile(path.join(directory, templatesFile), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : templates.parse(JSON.parse(text));
}

const place = /<!--\{\{(\w+)\}\}-->|\{\{(\w+)\}\}/g;

/**
 * Fills the places of a template. The values are HTML, so what is text is escaped before it comes here; a place inside a
 * value stays as it is. A place without a value is left empty.
 */
export function fillIn(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(place, (_, hidden?: string, open?: string) => {
    const name = hidden ?? open ?? '';
    return Object.hasOwn(values, name) ? (values[name] ?? '') : '';
  });
}
