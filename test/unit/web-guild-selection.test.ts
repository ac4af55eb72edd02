import { describe, expect, it } from 'vitest';
import type { GuildAnswer } from '../../shared/http.ts';
import { presenceOf, roleOf } from '../../web/features/guilds/guild-facts.ts';
import { groupGuilds, type Wanted } from '../../web/features/guilds/guild-selection.ts';
import { rememberPresence } from '../../web/features/guilds/known-presence.ts';
import { readListState, writeListState } from '../../web/features/guilds/list-address.ts';

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

const groupsOf = (
  guilds: GuildAnswer[],
  wanted: Partial<Wanted>,
  favourites: ReadonlySet<string> = new Set(),
  language = 'en',
) =>
  groupGuilds(guilds, { search: '', filter: 'all', sort: 'name', ...wanted }, favourites, language);

const namesOf = (...given: Parameters<typeof groupsOf>) =>
  groupsOf(...given).flatMap(({ guilds }) => guilds.map(({ name }) => name));

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
    expect(namesOf(all, { filter: 'favourites' }, new Set([locked.id]))).toEqual(['locked']);
  });

  it('and the search leave whole groups, what can be opened first and what is locked last', () => {
    const groups = groupsOf([locked, unknown, addable, here, guild({ name: 'locked too' })], {});
    expect(groups.map(({ presence, guilds }) => [presence, guilds.length])).toEqual([
      ['here', 1],
      ['addable', 1],
      ['unknown', 1],
      ['locked', 2],
    ]);
    expect(groupsOf(all, { search: 'lock' }).map(({ presence }) => presence)).toEqual(['locked']);
    expect(groupsOf(all, { search: 'nothing like it' })).toEqual([]);
  });
});

describe('the order', () => {
  it('by name puts numbers in order and follows the language', () => {
    const guilds = ['서버 10', '서버 2', 'Zebra', 'Ärger', '가족'].map((name) => guild({ name }));
    expect(namesOf(guilds, {}, new Set(), 'ko')).toEqual([
      '가족',
      '서버 2',
      '서버 10',
      'Ärger',
      'Zebra',
    ]);
    expect(namesOf(guilds, {}, new Set(), 'en').slice(0, 2)).toEqual(['Ärger', 'Zebra']);
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

  it('keeps favourites at the top of their group whatever the order, and leaves the given list alone', () => {
    const guilds = [guild({ name: 'a' }), guild({ name: 'b' }), guild({ name: 'c' })];
    const favourites = new Set([guilds[2]!.id]);
    expect(namesOf(guilds, {}, favourites)).toEqual(['c', 'a', 'b']);
    expect(guilds.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });
});

const answer = (...guilds: GuildAnswer[]) => ({
  guilds,
  as_of: '2026-05-01T00:00:00.000Z',
  stale: false,
});
const unsaid = (given: GuildAnswer) => ({ ...given, bot_present: null, invite_url: null });

describe('while the bot is away', () => {
  const here = guild({ name: 'here', bot_present: true });
  const addable = guild({ name: 'addable', can_manage: true, invite_url: 'https://discord.test' });

  it('what it said last is remembered with its time, through any number of answers', () => {
    const before = rememberPresence(undefined, answer(here, addable), 1000);
    expect(before).toMatchObject({ bot_away: false, presence_known_at: 1000 });
    let after = rememberPresence(before, answer(unsaid(here), unsaid(addable)), 2000);
    after = rememberPresence(after, answer(unsaid(addable), unsaid(here)), 3000);
    expect(after).toMatchObject({ bot_away: true, presence_known_at: 1000 });
    expect(after.guilds.map(presenceOf)).toEqual(['addable', 'here']);
    expect(rememberPresence(after, answer(here, addable), 4000)).toMatchObject({
      bot_away: false,
      presence_known_at: 4000,
    });
  });

  it('what it never said is not known, and nothing is made up for it', () => {
    const first = rememberPresence(undefined, answer(unsaid(here)), 1000);
    expect(first).toMatchObject({ bot_away: true, presence_known_at: null });
    expect(first.guilds.map(presenceOf)).toEqual(['unknown']);
    const before = rememberPresence(undefined, answer(here), 1000);
    const grown = rememberPresence(before, answer(unsaid(here), unsaid(addable)), 2000);
    expect(grown.guilds.map(presenceOf)).toEqual(['here', 'unknown']);
  });

  it('a name that changed meanwhile is the new one, and a server that was left is gone', () => {
    const before = rememberPresence(undefined, answer(here, addable), 1000);
    const after = rememberPresence(before, answer(unsaid({ ...here, name: 'renamed' })), 2000);
    expect(after.guilds.map(({ name, bot_present }) => [name, bot_present])).toEqual([
      ['renamed', true],
    ]);
  });
});

describe('the address of the list', () => {
  it.each([
    ['', { search: '', filter: 'all', sort: 'name', unfolded: false }],
    ['?q=%ED%95%9C', { search: '한', filter: 'all', sort: 'name', unfolded: false }],
    [
      '?q=a+%26+b&show=addable&sort=members&others=open',
      { search: 'a & b', filter: 'addable', sort: 'members', unfolded: true },
    ],
  ] as const)('"%s" is written as it is read', (query, state) => {
    expect(readListState(query)).toEqual(state);
    expect(writeListState('', state)).toBe(query);
    expect(writeListState('?q=old&show=here', state)).toBe(query);
  });

  it.each(['?show=nonsense&sort=__proto__&others=1', '?show=&sort='])(
    'what nobody here wrote (%s) counts as not said',
    (query) => {
      expect(writeListState('', readListState(query))).toBe('');
    },
  );

  it('leaves what is not its own', () => {
    expect(writeListState('?ref=mail', { ...readListState(''), search: 'x' })).toBe(
      '?ref=mail&q=x',
    );
  });
});
