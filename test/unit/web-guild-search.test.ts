import { describe, expect, it } from 'vitest';
import { createSearch } from '../../web/features/guilds/guild-search.ts';

const finds = (search: string, name: string) => createSearch(search)(name);

describe('the search finds', () => {
  it.each([
    ['', 'anything'],
    ['   ', 'anything'],
    ['cafe', 'Café Élan'],
    ['ELAN', 'Café Élan'],
    ['  élan ', 'Café Élan'],
    ['ＡＢＣ', 'abc club'], // full width
    ['abc', 'ＡＢＣ 클럽'],
    ['ﬁre', 'FIRE station'], // a ligature
    ['istanbul', 'İstanbul'],
    ['quiet   corner', 'The Quiet Corner'],
    ['<script>', '<script>alert(1)</script>'],
    ['🎮', '🎮 게임방'],
    // Whole syllables, in either form of Unicode.
    ['게임', '🎮 게임방'],
    ['게임'.normalize('NFD'), '🎮 게임방'],
    ['게임', '게임방'.normalize('NFD')],
    // A syllable on its way: every step of typing 게임, 한강, 닭갈비, 과학.
    ['ㄱ', '게임방'],
    ['게', '게임방'],
    ['겡', '게임방'], // 게 and ㅇ typed in a row, before ㅣ
    ['게이', '게임방'],
    ['하', '한강 산책 모임'],
    ['한', '한강 산책 모임'],
    ['한ㄱ', '한강 산책 모임'],
    ['한가', '한강 산책 모임'],
    ['달', '닭갈비'],
    ['닭', '닭갈비'],
    ['닭가', '닭갈비'],
    ['고', '과학 동아리'],
    ['과', '과학 동아리'],
    ['괗', '과학 동아리'],
    // A final consonant that becomes the next initial, doubled ones among them.
    ['한', '하늘'],
    ['강', '가을 소풍'],
    ['닭', '달구벌'],
    ['값', '갑사 여행'],
    ['서울 사', '서울 사람들'],
    // Initials alone, whole or in part, with spaces or without, and in the cluster keyboards make of two.
    ['ㅅㅇ', '서울'],
    ['ㅅ', '서울'],
    ['ㅎㄱㅅㅊ', '한강 산책 모임'],
    ['ㅎㄱ ㅅㅊ', '한강 산책 모임'],
    ['ㅁㅇ', '한강 산책 모임'],
    ['ㄱㅅ', '감사합니다'],
    ['ㄳ', '감사합니다'],
    ['ㅄ', '부산'],
    ['ㅀ', '라헬의 방'],
    ['ㄽ', '러시아어'],
    ['ㄲ', '꽃집'],
    ['ﾡ', '가족'], // half width
    // Syllables and initials mixed, and mixed with Latin.
    ['서ㅇ', '서울'],
    ['ㅅ울', '서울'],
    ['ㅅㅇ dev', '서울 Dev 모임'],
    ['dev ㅁㅇ', '서울 Dev 모임'],
    ['devㅁ', 'Dev모임'],
    ['k팝', 'K팝 팬'],
    // With or without the space between Korean words.
    ['한강산책', '한강 산책 모임'],
    ['한강 산책', '한강 산책 모임'],
    ['한강 ㅅ', '한강 산책 모임'],
    // Letters that stand in the name themselves.
    ['ㅋㅋ', 'ㅋㅋㅋ 모임'],
    ['ㅠㅠ', '월요일 ㅠㅠ'],
  ])('"%s" in "%s"', (search, name) => {
    expect(finds(search, name)).toBe(true);
  });
});

describe('the search does not find', () => {
  it.each([
    ['.*', 'Café'],
    ['quietcorner', 'The Quiet Corner'],
    ['den', 'wood end'],
    ['한강x', '한강'],
    ['하늘', '한을'],
    ['한강', '하늘 강'],
    ['ㄴㄱ', '한강'], // ㄴ is a final there
    ['ㅅㅇ', '성'],
    ['ㅅㅇ', '쌀 이야기'],
    ['하늘', '한'],
    ['한국', '하늘국'], // only the last syllable may be unfinished
    ['ㅏ', '가나다'],
  ])('"%s" in "%s"', (search, name) => {
    expect(finds(search, name)).toBe(false);
  });
});
