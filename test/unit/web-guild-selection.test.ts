import { describe, expect, it } from 'vitest';
import type { GuildAnswer } from '../../shared/http.ts';
import {
  fold,
  presenceOf,
  roleOf,
  selectGuilds,
  type Filter,
  type Sort,
} from '../../web/features/guilds/guild-selection.ts';

let nextId = 1;
const guild = (given: Partial<GuildAnswer>): GuildAnswer => ({
  id: String(nextId++),
  name: 'A server',
  icon: null,
  icon_url: null,
  owner: false,
  permissions: '0',
  features: [],
  approximate_member_count: 1,
  can_manage: false,
  bot_present: false,
  invite_url: null,
  ...given,
});

const namesOf = (
  guilds: GuildAnswer[],
  wanted: Partial<{ search: string; filter: Filter; sort: Sort; favourites: Set<string> }>,
  language = 'en',
) =>
  selectGuilds(
    guilds,
    { search: '', filter: 'all', sort: 'name', favourites: new Set(), ...wanted },
    language,
  ).map(({ name }) => name);

describe('the search', () => {
  it.each([
    ['cafe', 'Café Élan'],
    ['ELAN', 'Café Élan'],
    ['  élan ', 'Café Élan'],
    ['게임', '🎮 게임방'],
    ['게이', '🎮 게임방'], // the syllable 임 while it is still being typed
    ['ＡＢＣ', 'abc club'],
    ['', 'anything'],
  ])('"%s" finds "%s"', (search, name) => {
    expect(namesOf([guild({ name })], { search })).toEqual([name]);
  });

  it('does not find what is not there, nor read the search as a pattern', () => {
    expect(namesOf([guild({ name: 'Café' })], { search: '.*' })).toEqual([]);
    expect(fold('İstanbul')).toBe(fold('istanbul'));
  });
});

describe('the filters', () => {
  const here = guild({ name: 'here', bot_present: true });
  const addable = guild({ name: 'addable', can_manage: true, invite_url: 'https://discord.test' });
  const locked = guild({ name: 'locked' });
  const unknown = guild({ name: 'unknown', bot_present: null });
  const all = [here, addable, locked, unknown];

  it('name what can be done in each server', () => {
    expect(all.map(presenceOf)).toEqual(['here', 'addable', 'locked', 'unknown']);
  });

  it('let through what they say', () => {
    expect(namesOf(all, { filter: 'all' })).toHaveLength(4);
    expect(namesOf(all, { filter: 'here' })).toEqual(['here']);
    expect(namesOf(all, { filter: 'addable' })).toEqual(['addable']);
    expect(namesOf(all, { filter: 'favourites', favourites: new Set([locked.id]) })).toEqual([
      'locked',
    ]);
  });
});

describe('the order', () => {
  it('by name puts numbers in order and follows the language', () => {
    const guilds = ['서버 10', '서버 2', 'Zebra', 'Ärger', '가족'].map((name) => guild({ name }));
    expect(namesOf(guilds, {}, 'ko')).toEqual(['가족', '서버 2', '서버 10', 'Ärger', 'Zebra']);
    expect(namesOf(guilds, {}, 'en').slice(0, 2)).toEqual(['Ärger', 'Zebra']);
  });

  it('by members puts the largest first and the unknown last', () => {
    const guilds = [
      guild({ name: 'unknown', approximate_member_count: null }),
      guild({ name: 'small', approximate_member_count: 0 }),
      guild({ name: 'large', approximate_member_count: 900 }),
    ];
    expect(namesOf(guilds, { sort: 'members' })).toEqual(['large', 'small', 'unknown']);
  });

  it('by role puts own servers first, then those one can manage', () => {
    const guilds = [
      guild({ name: 'member' }),
      guild({ name: 'manager', can_manage: true }),
      guild({ name: 'owner', owner: true, can_manage: true }),
    ];
    expect(guilds.map(roleOf)).toEqual(['member', 'manager', 'owner']);
    expect(namesOf(guilds, { sort: 'role' })).toEqual(['owner', 'manager', 'member']);
  });

  it('keeps favourites at the top whatever the order, and leaves the given list alone', () => {
    const guilds = [guild({ name: 'a' }), guild({ name: 'b' }), guild({ name: 'c' })];
    const favourites = new Set([guilds[2]!.id]);
    expect(namesOf(guilds, { favourites })).toEqual(['c', 'a', 'b']);
    expect(guilds.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });
});
