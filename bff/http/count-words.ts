/** The count and its age in words, as they stand in a page before its script runs. The words are the build's; here only numbers are put in. */
import type { GuildCountAnswer } from '../../shared/http.ts';
import type { Language } from '../../shared/pages.ts';
import { fillIn, type PageWords } from './page-templates.ts';

/** What goes into the places around the count. */
export function countPlaces(count: GuildCountAnswer, words: PageWords, language: Language) {
  const { format } = new Intl.NumberFormat(language);
  const { shards, unavailable, stale } = count;
  const figure = format(count.guild_count);
  return {
    shards:
      !stale && shards.total > 1
        ? fillIn(words.shards, { ready: format(shards.ready), total: format(shards.total) })
        : '',
    unavailable:
      unavailable > 0
        ? fillIn(pick(words.unavailable, unavailable, language) ?? '', {
            count: format(unavailable),
          })
        : '',
    ...(pick(words.sentences, count.guild_count, language) ?? { before: '', after: '' }),
    figure,
    characters: String(figure.length),
    stale: String(stale),
    freshness: freshnessOf(count),
  };
}

/** The whole sentence. */
export function countSentence(
  count: GuildCountAnswer,
  words: PageWords,
  language: Language,
): string {
  const { before, figure, after } = countPlaces(count, words, language);
  return before + figure + after;
}

/** The words for a number, by its plural category. */
function pick<T>(words: Record<string, T>, count: number, language: Language): T | undefined {
  return words[new Intl.PluralRules(language).select(count)] ?? words.other;
}

/** How old the count is, in words. What is live was heard a moment ago; what is not ends with `as_of`. */
export function ageOf(
  count: GuildCountAnswer,
  words: PageWords,
  language: Language,
  now: number,
): string {
  const freshness = freshnessOf(count);
  const elapsedMs = freshness === 'connecting' ? 0 : now - Date.parse(count.as_of);
  return fillIn(words.ages[freshness], { when: timeAgo(language, elapsedMs) ?? words.justNow });
}

/** The gravest first, as the page's script judges it (web/features/guild-count/freshness-of.ts). */
function freshnessOf({ stale, shards }: GuildCountAnswer): keyof PageWords['ages'] {
  if (stale) return 'away';
  return shards.ready < shards.total ? 'behind' : 'connecting';
}

const steps = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** "2 minutes ago"; undefined for less than a minute. Which day "yesterday" was depends on a time zone we don't know. */
function timeAgo(language: Language, elapsedMs: number): string | undefined {
  const [unit, ms] = steps.find(([, ms]) => elapsedMs >= ms) ?? [];
  if (unit === undefined) return undefined;
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'always' });
  return format.format(-Math.floor(elapsedMs / ms), unit);
}
