import { describe, expect, it } from 'vitest';
import { initials } from '../../web/components/initials.ts';
import { parseFavourites } from '../../web/features/guilds/favourites.ts';
import { explainLoginError } from '../../web/features/login/explain-login-error.ts';
import { displayName } from '../../web/features/session/display-name.ts';
import { loginErrorCodes } from '../../shared/http.ts';
import { en } from '../../web/i18n/en.ts';
import { ko } from '../../web/i18n/ko.ts';
import { pickLanguage } from '../../web/i18n/language.ts';
import { personalEn } from '../../web/i18n/personal-en.ts';
import { personalKo } from '../../web/i18n/personal-ko.ts';

const sentence = ({ before, count, after }: ReturnType<typeof en.countSentence>) =>
  before + count + after;

describe('the count sentence', () => {
  it('is the one agreed on in Korean', () => {
    expect(sentence(ko.countSentence(3))).toBe('bot은 3개의 server에서 활동하고 있습니다.');
    expect(sentence(ko.countSentence(12_345))).toBe(
      'bot은 12,345개의 server에서 활동하고 있습니다.',
    );
  });

  it.each([
    [0, 'The bot is active in 0 servers.'],
    [1, 'The bot is active in 1 server.'],
    [1_234_567, 'The bot is active in 1,234,567 servers.'],
  ])('counts as English does: %i', (count, words) => {
    expect(sentence(en.countSentence(count))).toBe(words);
  });
});

describe('login errors', () => {
  it.each(loginErrorCodes)('%s has words of its own in both languages', (code) => {
    for (const m of [en, ko]) expect(explainLoginError(code, m)).not.toBe(m.loginErrorUnknown);
  });

  it.each(['', 'nonsense', '__proto__', 'constructor', '<script>alert(1)</script>'])(
    'the unknown code "%s" is not repeated',
    (code) => {
      for (const m of [en, ko]) expect(explainLoginError(code, m)).toBe(m.loginErrorUnknown);
    },
  );
});

describe('the language', () => {
  it.each([
    [null, ['ko-KR', 'en'], 'ko'],
    [null, ['fr', 'KO'], 'ko'],
    [null, ['fr-CA', 'en-GB', 'ko'], 'en'],
    [null, ['de'], 'en'],
    [null, [], 'en'],
    ['en', ['ko'], 'en'],
    ['klingon', ['ko'], 'ko'],
  ] as const)('chosen %s, preferred %j: %s', (chosen, preferred, language) => {
    expect(pickLanguage(chosen, preferred)).toBe(language);
  });
});

describe('initials', () => {
  it.each([
    ['Pixel Forge', 'PF'],
    ['the long table', 'TL'],
    ['solo', 'S'],
    ['개발자 모임', '개모'],
    ['개발자'.normalize('NFD'), '개'],
    ['🎮 게임방', '🎮'],
    ['👨‍👩‍👧‍👦 가족', '👨‍👩‍👧‍👦'],
    ['🇰🇷 서울', '🇰🇷'],
    ['Moss & Fern', 'M'],
    ['Élan', 'É'],
    ['   ', '?'],
  ])('of "%s" are "%s"', (name, letters) => {
    expect(initials(name)).toBe(letters);
  });
});

describe('the words of the personal pages', () => {
  it('count what is there, and say so when it is nothing', () => {
    expect(personalEn.guilds.lead(3, 2)).toBe(
      'The bot is in 3 of them, and you can add it to 2 more.',
    );
    expect(personalEn.guilds.lead(0, 2)).toBe(
      'The bot is in none of them yet, and you can add it to 2.',
    );
    expect(personalEn.guilds.lead(1, 0)).toBe('The bot is in 1 of them.');
    expect(personalKo.guilds.lead(3, 2)).toBe('봇이 있는 서버 3곳 · 추가할 수 있는 서버 2곳');
    expect(personalKo.guilds.lead(0, 2)).toBe(
      '아직 봇이 있는 서버가 없습니다 · 추가할 수 있는 서버 2곳',
    );
  });
});

describe('small readings', () => {
  it('calls a person by nickname, else by username', () => {
    expect(displayName({ nickname: 'Nelly', username: 'nelly_1' })).toBe('Nelly');
    expect(displayName({ nickname: null, username: 'nelly_1' })).toBe('nelly_1');
    expect(displayName({ nickname: '  ', username: 'nelly_1' })).toBe('nelly_1');
  });

  it.each(['', 'null', '{}', '"1"', '[1]', 'not json'])('favourites stored as %s are none', (s) => {
    expect(parseFavourites(s)).toEqual(new Set());
  });
});
