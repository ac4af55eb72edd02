/** How a list of commands is told in one language. https://docs.discord.com/developers/interactions/application-commands#retrieving-localized-commands */

/**
 * Commands, options and choices without their texts in every language; where there is one for `locale` it stands in
 * `name_localized` and `description_localized`.
 */
export function localize(value: unknown, locale: string | null): unknown {
  if (Array.isArray(value)) return value.map((item) => localize(item, locale));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const [, field] = /^(name|description)_localizations$/.exec(name) ?? [];
      if (field === undefined) return [[name, localize(inner, locale)]];
      const text = locale !== null && isRecord(inner) ? inner[locale] : undefined;
      return text === undefined ? [] : [[`${field}_localized`, text]];
    }),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
