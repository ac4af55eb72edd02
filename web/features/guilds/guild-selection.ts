/** Which of a person's servers are shown and in which order. Pure: knows neither the page nor where the list came from. */
import type { GuildAnswer } from '../../../shared/http.ts';

/** The filters over the list. */
export const filters = ['all', 'here', 'addable', 'favourites'] as const;
export type Filter = (typeof filters)[number];

/** The orders of the list. */
export const sorts = ['name', 'members', 'role'] as const;
export type Sort = (typeof sorts)[number];

/** What a person is in a server, as far as adding a bot goes. */
export type Role = 'owner' | 'manager' | 'member';

/** Names the person's role. */
export function roleOf(guild: Pick<GuildAnswer, 'owner' | 'can_manage'>): Role {
  if (guild.owner) return 'owner';
  return guild.can_manage ? 'manager' : 'member';
}

/** What can be done about the bot in a server. `unknown` while the bot is away. */
export type Presence = 'here' | 'addable' | 'locked' | 'unknown';

/** Names what can be done. */
export function presenceOf(
  guild: Pick<GuildAnswer, 'bot_present' | 'can_manage' | 'invite_url'>,
): Presence {
  if (guild.bot_present === null) return 'unknown';
  if (guild.bot_present) return 'here';
  return guild.can_manage && guild.invite_url !== null ? 'addable' : 'locked';
}

/**
 * Makes text comparable to what a person types: case and accents do not matter, and Hangul falls apart into letters, so
 * that a syllable still being composed (게이) already finds the word it begins (게임).
 */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim();
}

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

/** The servers to show: those that pass the filter and match the search, favourites first, then in the order asked for. */
export function selectGuilds(
  guilds: readonly GuildAnswer[],
  wanted: { search: string; filter: Filter; sort: Sort; favourites: ReadonlySet<string> },
  language: string,
): GuildAnswer[] {
  const { filter, sort, favourites } = wanted;
  const search = fold(wanted.search);
  const names = new Intl.Collator(language, { numeric: true, sensitivity: 'base' });
  const first: Record<Sort, (a: GuildAnswer, b: GuildAnswer) => number> = {
    name: () => 0,
    members: (a, b) => (b.approximate_member_count ?? -1) - (a.approximate_member_count ?? -1),
    role: (a, b) => roleOrder[roleOf(a)] - roleOrder[roleOf(b)],
  };
  return guilds
    .filter((guild) => passes(guild, filter, favourites) && fold(guild.name).includes(search))
    .toSorted(
      (a, b) =>
        Number(favourites.has(b.id)) - Number(favourites.has(a.id)) ||
        first[sort](a, b) ||
        names.compare(a.name, b.name),
    );
}
