/** Which of a person's servers are shown, in which groups and in which order. Pure: knows neither the page nor where the list came from. */
import type { GuildAnswer } from '../../../shared/http.ts';
import { presenceOf, roleOf, type Presence, type Role } from './guild-facts.ts';
import { createSearch } from './guild-search.ts';

/** The filters over the list. */
export const filters = ['all', 'here', 'addable', 'favourites'] as const;
export type Filter = (typeof filters)[number];

/** The orders of the list. */
export const sorts = ['name', 'members', 'role'] as const;
export type Sort = (typeof sorts)[number];

/** What a person asked to see. */
export type Wanted = { search: string; filter: Filter; sort: Sort };

/** Servers of which the same can be said and done. */
export type GuildGroup = { presence: Presence; guilds: GuildAnswer[] };

/** The groups in the order they stand: what can be opened, what can be added, what cannot be said yet, what is locked. */
const groupOrder: readonly Presence[] = ['here', 'addable', 'unknown', 'locked'];

/** Tells whether a server passes a filter. */
export function passes(
  guild: GuildAnswer,
  filter: Filter,
  favourites: ReadonlySet<string>,
): boolean {
  if (filter === 'all') return true;
  if (filter === 'favourites') return favourites.has(guild.id);
  return presenceOf(guild) === filter;
}

const roleOrder: Record<Role, number> = { owner: 0, manager: 1, member: 2 };

/**
 * The servers to show: those that pass the filter and match the search, in groups of which none is empty; in each,
 * favourites first, then in the order asked for.
 */
export function groupGuilds(
  guilds: readonly GuildAnswer[],
  { search, filter, sort }: Wanted,
  favourites: ReadonlySet<string>,
  language: string,
): GuildGroup[] {
  const finds = createSearch(search);
  const names = new Intl.Collator(language, { numeric: true, sensitivity: 'base' });
  const first: Record<Sort, (a: GuildAnswer, b: GuildAnswer) => number> = {
    name: () => 0,
    members: (a, b) => (b.approximate_member_count ?? -1) - (a.approximate_member_count ?? -1),
    role: (a, b) => roleOrder[roleOf(a)] - roleOrder[roleOf(b)],
  };
  const shown = guilds
    .filter((guild) => passes(guild, filter, favourites) && finds(guild.name))
    .toSorted(
      (a, b) =>
        Number(favourites.has(b.id)) - Number(favourites.has(a.id)) ||
        first[sort](a, b) ||
        names.compare(a.name, b.name),
    );
  return groupOrder
    .map((presence) => ({
      presence,
      guilds: shown.filter((guild) => presenceOf(guild) === presence),
    }))
    .filter((group) => group.guilds.length > 0);
}
