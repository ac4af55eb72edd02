/**
 * Writes the pages: fills the build's templates with what is known now, so that header and sentence stand before any
 * script. A page is written and compressed once for each change of what it shows; a request costs a look-up.
 */
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { accentStyle } from '../../shared/accent.ts';
import { escapeHtml } from '../../shared/html.ts';
import type { BotAnswer, GuildCountAnswer } from '../../shared/http.ts';
import {
  formatSpan,
  type Language,
  type PageData,
  type PageName,
  pageDataName,
  paths,
  type Retention,
  type Site,
  siteName,
  windowTitle,
} from '../../shared/pages.ts';
import { ageOf, countPlaces, countSentence } from './count-words.ts';
import { fillIn, type PageTemplates } from './page-templates.ts';
import { type Resource, tagOf } from './resource.ts';

/** What the owner set. */
export type SiteOptions = {
  publicUrl: string;
  site: Site;
  accentColor: string | undefined;
  /** Adds the bot to a server of one's choice. */
  inviteUrl: string;
  retention: Retention;
};

/** What is known of the bot. The same object as long as nothing changes. */
export type BotFacts = { bot: BotAnswer | null; guildCount: GuildCountAnswer | null };

type WrittenName = PageName | 'not_found';
export type Theme = 'light' | 'dark' | '';
type Writing = { facts: BotFacts; age: string; html: string; resource: Resource };

/** Makes the writer. `facts` is asked at each request. */
export function createPageWriter(
  templates: PageTemplates,
  options: SiteOptions,
  facts: () => BotFacts,
) {
  const { publicUrl, site, retention, inviteUrl } = options;
  const written = new Map<string, Writing>();
  const styles = [
    templates.style,
    ...(options.accentColor === undefined ? [] : [accentStyle(options.accentColor)]),
  ];
  const styleElements = styles.map((style) => `<style>${style}</style>`).join('\n');
  let manifest: { name: string; resource: Resource } | undefined;

  function html(page: WrittenName, language: Language, theme: Theme, known: BotFacts, age: string) {
    const { words, pages } = templates.languages[language];
    const { bot, guildCount } = known;
    const template = pages[page];
    const name = siteName(site, bot, words.title);
    const count = page === 'dashboard' ? guildCount : null;
    const body = fillIn(bot === null ? template.unknownBot : template.body, {
      ...escapeAll({
        name,
        bot: bot?.username ?? '',
        picture: bot?.avatar_url ?? '/icon.svg',
        invite: inviteUrl,
        support: site.support_url ?? '',
        privacy: site.privacy_url ?? paths.privacy,
        terms: site.terms_url ?? '',
        login: formatSpan(language, retention.login),
        sessionIdle: formatSpan(language, retention.session_idle),
        sessionMax: formatSpan(language, retention.session_max),
        age,
      }),
      ...(count && escapeAll(countPlaces(count, words, language))),
    });
    const data: PageData = {
      site,
      retention,
      invite_url: inviteUrl,
      bot,
      ...(page === 'dashboard' && { guild_count: guildCount }),
    };
    const head = headOf({
      title: windowTitle(template.title, name),
      name,
      description: count ? countSentence(count, words, language) : words.description,
      address: page === 'not_found' ? null : publicUrl + paths[page],
      picture: bot?.avatar_url ?? null,
      data,
    });
    return fillIn(templates.shell, { language, theme, head, body });
  }

  function headOf(about: {
    title: string;
    name: string;
    description: string;
    address: string | null;
    picture: string | null;
    data: PageData;
  }): string {
    const { title, name, description, address, picture, data } = about;
    const shared = {
      'og:type': 'website',
      'og:site_name': name,
      'og:title': title,
      'og:description': description,
      'og:image': publicUrl + (picture ?? '/icon-512.png'),
      ...(address !== null && { 'og:url': address }),
    };
    return [
      `<title>${escapeHtml(title)}</title>`,
      meta('name', 'description', description),
      ...Object.entries(shared).map(([property, content]) => meta('property', property, content)),
      meta('name', 'twitter:card', 'summary'),
      ...(picture === null
        ? [
            '<link rel="icon" href="/favicon.ico" sizes="32x32">',
            '<link rel="icon" href="/icon.svg" type="image/svg+xml">',
          ]
        : [`<link rel="icon" href="${escapeHtml(picture)}">`]),
      '<link rel="manifest" href="/manifest.webmanifest">',
      meta('name', pageDataName, JSON.stringify(data)),
      styleElements,
    ].join('\n    ');
  }

  return {
    /** The style elements in every page, for the policy that allows them. */
    styles,

    /** The page as it is now. */
    page(page: WrittenName, language: Language, theme: Theme): Resource {
      const known = facts();
      const { words } = templates.languages[language];
      const count = page === 'dashboard' ? known.guildCount : null;
      const age = count ? ageOf(count, words, language, Date.now()) : '';
      const key = `${page} ${language} ${theme}`;
      const before = written.get(key);
      if (before?.facts === known && before.age === age) return before.resource;
      const text = html(page, language, theme, known, age);
      const resource = before?.html === text ? before.resource : pageResource(text);
      written.set(key, { facts: known, age, html: text, resource });
      return resource;
    },

    /** The web app manifest. https://www.w3.org/TR/appmanifest/ */
    manifest(): Resource {
      const name = siteName(site, facts().bot, templates.languages.en.words.title);
      if (manifest?.name !== name) manifest = { name, resource: manifestResource(name) };
      return manifest.resource;
    },
  };
}

const meta = (key: 'name' | 'property', name: string, content: string): string =>
  `<meta ${key}="${name}" content="${escapeHtml(content)}">`;

function escapeAll(texts: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, escapeHtml(text)]));
}

function pageResource(html: string): Resource {
  return compressedWhenAsked('text/html; charset=utf-8', html, ['accept-language', 'cookie']);
}

const bitmap = (size: number) => ({
  src: `/icon-${size}.png`,
  sizes: `${size}x${size}`,
  type: 'image/png',
});

function manifestResource(name: string): Resource {
  const text = JSON.stringify({
    name,
    short_name: name,
    start_url: paths.dashboard,
    display: 'minimal-ui',
    background_color: '#faf8f5',
    theme_color: '#faf8f5',
    icons: [{ src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' }, bitmap(192), bitmap(512)],
  });
  return compressedWhenAsked('application/manifest+json; charset=utf-8', text, []);
}

/** Half a millisecond for a page of 22 kB, and within a tenth of the best brotli can do in twenty. */
const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

/** A resource made here: compressed once for each coding somebody asks for. */
function compressedWhenAsked(type: string, text: string, vary: string[]): Resource {
  const identity = Buffer.from(text);
  let br: Buffer | undefined;
  let gzip: Buffer | undefined;
  return {
    type,
    cache: 'no-cache',
    vary,
    tag: tagOf(identity),
    codings: ['br', 'gzip', 'identity'],
    read(coding) {
      if (coding === 'br') return (br ??= brotliCompressSync(identity, brotliOptions));
      if (coding === 'gzip') return (gzip ??= gzipSync(identity));
      return identity;
    },
  };
}
