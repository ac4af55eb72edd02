/** Answers every address that is none of the API's: a built file, a page, or the page that says there is none. Knows no session. */
import {
  choiceCookies,
  chosenThemes,
  type Language,
  languages,
  pageAt,
  paths,
} from '../../shared/pages.ts';
import { Failure } from '../failure.ts';
import { readBuiltFiles } from './built-files.ts';
import type { Context, Middleware } from './context.ts';
import { readPageTemplates } from './page-templates.ts';
import { type BotFacts, createPageWriter, type SiteOptions, type Theme } from './page-writer.ts';
import { answerResource } from './resource.ts';
import { underApi } from './routes.ts';

/** What pages are made of. `headers` are a page's own, given the style elements that stand in it. */
export type PagesOptions = SiteOptions & {
  directory: string;
  facts: () => BotFacts;
  headers: (styles: readonly string[]) => Record<string, string>;
};

/** Reads what was built into memory, and serves it from there. */
export async function pages(options: PagesOptions): Promise<Middleware> {
  const { directory, facts, publicUrl } = options;
  const [files, templates] = await Promise.all([
    readBuiltFiles(directory),
    readPageTemplates(directory),
  ]);
  const writer = templates && createPageWriter(templates, options, facts);
  const headers = options.headers(writer?.styles ?? []);

  return async function pages(ctx, next) {
    if (underApi(ctx.path)) return await next();
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
      ctx.set('allow', 'GET, HEAD');
      throw new Failure('caller', 'method_not_allowed', `${ctx.method} is not possible here.`);
    }
    if (ctx.path === '/') {
      ctx.status = 302;
      ctx.set('location', publicUrl + paths.dashboard);
      return;
    }
    ctx.set(headers);
    if (writer === undefined) {
      answerText(ctx, 503, 'The pages are not built yet. Run `npm run build`, then start again.');
      return;
    }
    const file = ctx.path === '/manifest.webmanifest' ? writer.manifest() : files.get(ctx.path);
    if (file !== undefined) {
      answerResource(ctx, file);
      return;
    }
    // A tab from before an update asks for what is gone. It finds out by the status and opens the page anew.
    if (ctx.path.startsWith('/assets/')) {
      answerText(ctx, 404, 'There is no such file.');
      return;
    }
    const page = pageAt(ctx.path) ?? 'not_found';
    const shown = writer.page(page, languageOf(ctx), themeOf(ctx));
    answerResource(ctx, shown, page === 'not_found' ? 404 : 200);
  };
}

function answerText(ctx: Context, status: number, text: string): void {
  ctx.status = status;
  ctx.set('cache-control', 'no-cache');
  ctx.type = 'text/plain; charset=utf-8';
  ctx.body = `${text}\n`;
}

/** The language this browser's person chose, else the one it prefers, else English. */
function languageOf(ctx: Context): Language {
  const chosen = ctx.cookies.get(choiceCookies.language, { signed: false });
  return (
    languages.find((language) => language === chosen) ??
    ((ctx.acceptsLanguages([...languages]) || 'en') as Language)
  );
}

/** The theme this browser's person chose; empty for the system's. */
function themeOf(ctx: Context): Theme {
  const chosen = ctx.cookies.get(choiceCookies.theme, { signed: false });
  return chosenThemes.find((theme) => theme === chosen) ?? '';
}
