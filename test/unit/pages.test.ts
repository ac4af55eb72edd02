import { describe, expect, it } from 'vitest';
import { accentOf, contrast, parse } from '../../shared/accent.ts';
import { formatSpan, isPage, pageAt, siteName } from '../../shared/pages.ts';

describe('the accent', () => {
  const colours = ['#000000', '#ffffff', '#ea461e', '#ffff00', '#0000ff', '#808080', '#777777'];
  // The corners and faces of the cube of all colours.
  const steps = ['00', '40', '80', 'c0', 'ff'];
  for (const red of steps)
    for (const green of steps) for (const blue of steps) colours.push(`#${red}${green}${blue}`);

  it('can be read as the colour of words in both themes, and words on it, whatever the owner chose', () => {
    const grounds = {
      light: ['#faf8f5', '#ffffff', '#f1ede7'],
      dark: ['#161311', '#1f1b18', '#110f0d'],
    };
    for (const colour of colours) {
      const { accent, onAccent, pressed, inkOnLight, inkOnDark } = accentOf(colour);
      expect(accent).toBe(colour);
      expect(contrast(parse(onAccent), parse(accent)), colour).toBeGreaterThan(4.5);
      expect(contrast(parse(onAccent), parse(pressed)), colour).toBeGreaterThan(4.5);
      for (const ground of grounds.light)
        expect(contrast(parse(inkOnLight), parse(ground)), colour).toBeGreaterThanOrEqual(4.5);
      for (const ground of grounds.dark)
        expect(contrast(parse(inkOnDark), parse(ground)), colour).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('is kept as the colour of words where it can be read', () => {
    expect(accentOf('#0000aa').inkOnLight).toBe('#0000aa');
    expect(accentOf('#ffdd00').inkOnDark).toBe('#ffdd00');
  });
});

describe('the page at a path', () => {
  it.each([
    ['/', 'dashboard'],
    ['/discord/dashboard', 'dashboard'],
    ['/discord/guilds/', 'guilds'],
    ['/ACCOUNT', 'account'],
    ['/discord/account', 'account'],
    ['/%61ccount', 'account'],
    ['/discord/login', undefined],
    ['/discord//guilds', undefined],
    ['/discord%2fguilds', undefined],
    ['', undefined],
    ['//', undefined],
    ['/toString', undefined],
    ['/%', undefined],
  ])('"%s" is %s', (path, page) => {
    expect(pageAt(path)).toBe(page);
    const isToTheLetter = page !== undefined && path === path.toLowerCase() && !path.includes('%');
    expect(isPage(path)).toBe(isToTheLetter);
  });
});

it.each([
  [600, '10 minutes', '10분'],
  [86_400, '1 day', '1일'],
  [2_592_000, '30 days', '30일'],
  [5_400, '90 minutes', '90분'],
  [61, '61 seconds', '61초'],
  [3_600, '1 hour', '1시간'],
])('%i seconds are "%s", "%s"', (seconds, english, korean) => {
  expect([formatSpan('en', seconds), formatSpan('ko', seconds)]).toEqual([english, korean]);
});

it.each([
  [null, null, 'Dashboard'],
  [null, 'Ozzy', 'Ozzy'],
  ['Ours', 'Ozzy', 'Ours'],
  [null, '\u202E\u200E \n', 'Dashboard'],
  ['a\u202Eb', null, 'ab'],
])('the name over the pages: %j, %j is "%s"', (own, username, name) => {
  expect(siteName({ name: own }, username === null ? null : { username }, 'Dashboard')).toBe(name);
});
