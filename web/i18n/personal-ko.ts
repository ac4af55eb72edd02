/** The words of the pages about the signed-in person, in Korean. */
import type { PersonalMessages } from './personal-en.ts';

const number = new Intl.NumberFormat('ko');
const compact = new Intl.NumberFormat('ko', { notation: 'compact', maximumFractionDigits: 1 });

export const personalKo: PersonalMessages = {
  guilds: {
    lead: (here, addable) =>
      (here === 0 ? '아직 봇이 있는 서버가 없습니다' : `봇이 있는 서버 ${number.format(here)}곳`) +
      (addable > 0 ? ` · 추가할 수 있는 서버 ${number.format(addable)}곳` : ''),
    leadUnknown: '봇이 있는 서버와 추가할 수 있는 서버를 보여 드립니다.',
    search: '서버 검색',
    clearSearch: '검색어 지우기',
    show: '보기',
    filters: {
      all: '전체',
      here: '봇 있음',
      addable: '추가 가능',
      favourites: '즐겨찾기',
    },
    sort: '정렬',
    sorts: { name: '이름', members: '멤버 수', role: '내 역할' },
    refresh: '목록 새로고침',
    refreshFailed: '새로고침하지 못했습니다. 이전 목록을 보여 드립니다.',
    slow: 'Discord의 응답이 평소보다 늦어지고 있습니다. 계속 기다리는 중입니다…',
    stale: (when) => `Discord가 응답하지 않습니다. ${when}에 받은 목록을 보여 드립니다.`,
    botAway:
      '봇이 오프라인이라 어느 서버에 있는지 알 수 없습니다. 다시 연결되면 자동으로 표시됩니다.',
    botAwaySince: (when) => `봇이 오프라인입니다. 마지막 확인: ${when}`,
    groups: {
      here: '봇이 있는 서버',
      addable: '봇을 추가할 수 있는 서버',
      unknown: '아직 알 수 없는 서버',
      locked: '그 밖의 서버',
    },
    found: (count) => `서버 ${number.format(count)}개`,
    members: (count) => `멤버 약 ${compact.format(count)}명`,
    roles: { owner: '소유자', manager: '관리 권한 있음', member: '일반 멤버' },
    here: '봇이 활동 중입니다',
    wasHere: '봇이 활동 중이었습니다',
    open: 'Discord에서 열기',
    add: '추가',
    addNamed: (name) => `서버에 추가: ${name}`,
    locked: '서버 관리 권한 필요',
    lockedLead: '봇을 추가하려면 서버 관리 권한이 필요합니다. 권한이 있는 분께 부탁해 보세요.',
    unknown: '봇이 다시 연결되면 표시됩니다',
    pin: (name) => `${name} 즐겨찾기`,
    none: {
      title: '아직 서버가 없습니다',
      body: '참여 중인 서버가 없습니다. Discord에서 서버를 만들거나 참여한 뒤 새로고침해 주세요.',
    },
    openDiscord: 'Discord 열기',
    noMatch: {
      title: '검색 결과가 없습니다',
      body: '검색어와 필터에 맞는 서버를 찾지 못했습니다.',
    },
    noFavourites: {
      title: '아직 즐겨찾기가 없습니다',
      body: '서버의 별표를 누르면 목록 위쪽에 고정되고 여기에도 모입니다.',
    },
    reset: '모든 서버 보기',
  },

  account: {
    sessions: '로그인된 곳',
    sessionsLead:
      '내 계정으로 로그인된 브라우저입니다. 모르는 브라우저가 있으면 세션을 종료해 주세요.',
    thisBrowser: '이 브라우저',
    unknownBrowser: '알 수 없는 브라우저',
    firstSeen: (when) => `${when} 로그인`,
    lastSeen: (when) => `${when} 사용`,
    end: '세션 종료',
    endNamed: (browser, signedIn) => `세션 종료: ${browser}, ${signedIn} 로그인`,
    ended: (browser, signedIn) => `${browser}(${signedIn} 로그인)의 세션을 종료했습니다.`,
    endFailed: '세션을 종료하지 못했습니다. 다시 시도해 주세요.',
    leave: '로그아웃',
    leaveLead: '이 브라우저에서만 또는 모든 브라우저에서 한 번에 로그아웃합니다.',
    signOutHere: '이 브라우저에서 로그아웃',
    everywhere: '모든 곳에서 로그아웃',
    everywhereTitle: '모든 곳에서 로그아웃할까요?',
    everywhereBody:
      '이 브라우저를 포함한 모든 브라우저에서 바로 로그아웃되고, Discord 계정에 대한 접근 권한도 해제됩니다.',
  },
};
