/** Every word of the interface, in Korean. */
import type { Messages } from './en.ts';

const number = new Intl.NumberFormat('ko');
const compact = new Intl.NumberFormat('ko', { notation: 'compact', maximumFractionDigits: 1 });

export const ko: Messages = {
  title: 'Discord bot Dashboard',
  description: '이 Discord 봇이 활동하는 서버 수를 실시간으로 보여 줍니다.',
  skipToContent: '본문으로 건너뛰기',
  loading: '불러오는 중…',
  tryAgain: '다시 시도',
  dismiss: '닫기',
  cancel: '취소',
  home: '대시보드',
  opensNewTab: '(새 탭에서 열림)',

  justNow: '방금 전',
  asOf: (when) => `${when} 기준`,

  login: 'Discord로 로그인',
  loginPromise: '이름과 서버 목록만 확인합니다. 메시지는 읽지 않습니다.',
  signedInAs: (name) => `${name} 님으로 로그인되어 있습니다`,
  seeServers: '내 서버 보기',
  signOut: '로그아웃',

  nav: { label: '주 메뉴', guilds: '서버', account: '계정' },

  language: { label: '언어', ko: '한국어', en: 'English' },
  theme: { label: '테마', system: '시스템', light: '밝게', dark: '어둡게' },

  countSentence: (count) => ({
    before: 'bot은 ',
    count: number.format(count),
    after: '개의 server에서 활동하고 있습니다.',
  }),
  countChanged: (count) => `현재 서버 ${number.format(count)}개`,
  countUnknown: {
    title: '봇이 오프라인입니다',
    body: '아직 서버 수를 확인하지 못했습니다. 봇이 온라인이 되면 여기에 바로 표시됩니다.',
  },
  countFailed: {
    title: '서버 수를 불러오지 못했습니다',
    body: '계속 다시 시도하고 있습니다. 로그인은 그대로 하실 수 있습니다.',
  },

  fresh: {
    live: () => '실시간',
    connecting: (when) => `${when} 업데이트`,
    polling: (when) => `${when} 업데이트`,
    away: (when) => `봇이 오프라인입니다 (${when}부터)`,
    behind: (when) => `봇이 Discord에 다시 연결하는 중입니다 (${when}부터)`,
    lost: (when) => `연결이 끊겨 다시 연결하는 중… (${when}부터)`,
    offline: (when) => `${when} 업데이트 · 오프라인 상태`,
  },
  shards: (ready, total) =>
    `샤드 ${number.format(total)}개 중 ${number.format(ready)}개가 연결되어 있습니다`,
  unavailable: (count) => `Discord 장애로 서버 ${number.format(count)}개를 잠시 이용할 수 없습니다`,

  botCard: {
    lead: '관리 중인 서버에 추가해 보세요.',
    invite: '내 서버에 추가',
  },

  finePrint: {
    support: '문의하기',
    terms: '이용약관',
    privacy: '개인정보 처리방침',
    licences: '라이선스',
  },

  privacy: { title: '개인정보 처리방침', contact: '운영자에게 문의하기' },

  loginErrors: {
    access_denied: {
      title: '로그인을 취소하셨습니다',
      body: '전달된 정보는 없습니다. 원하실 때 언제든 다시 로그인하실 수 있습니다.',
    },
    login_expired: {
      title: '로그인 시간이 지났습니다',
      body: '시작한 지 오래되었거나 다른 브라우저에서 시작한 로그인입니다. 처음부터 다시 하시면 됩니다.',
    },
    login_failed: {
      title: '로그인을 마치지 못했습니다',
      body: 'Discord에서 돌아온 응답이 시작하신 로그인과 맞지 않습니다. 한 번 더 시도해 주세요.',
    },
    missing_scope: {
      title: '권한이 하나 빠졌습니다',
      body: '서버를 보여 드리려면 이름과 서버 목록을 확인할 수 있어야 합니다. 두 가지 모두 허용해 주세요.',
    },
    misconfigured: {
      title: '대시보드 설정이 올바르지 않습니다',
      body: 'Discord가 이 대시보드의 클라이언트 ID, 시크릿 또는 리디렉션 주소를 받아들이지 않습니다. 운영자만 고칠 수 있으니 알려 주세요.',
    },
    discord_unavailable: {
      title: 'Discord가 응답하지 않습니다',
      body: 'Discord 쪽의 문제입니다. 몇 분 뒤에 다시 시도해 주세요.',
    },
    storage_unavailable: {
      title: '로그인을 저장하지 못했습니다',
      body: '저장소에 잠시 연결할 수 없습니다. 곧 다시 시도해 주세요.',
    },
    rate_limited: {
      title: '잠시 쉬어 가세요',
      body: '이 네트워크에서 짧은 시간에 로그인 시도가 너무 많았습니다. 1분 뒤에 다시 시도해 주세요.',
    },
    internal_error: {
      title: '저희 쪽에서 문제가 생겼습니다',
      body: '저희 실수로 로그인하지 못했습니다. 다시 시도해 주세요.',
    },
  },
  loginErrorUnknown: {
    title: '로그인하지 못했습니다',
    body: '다시 시도해 주세요.',
  },

  problems: {
    signed_out: {
      title: '로그인이 필요합니다',
      body: '내 정보와 내 서버를 보여 드리는 페이지라서, 먼저 누구신지 알아야 합니다.',
    },
    not_allowed: {
      title: '볼 수 있는 권한이 없습니다',
      body: '이 페이지에 필요한 권한을 Discord에서 받지 못했습니다. 다시 로그인하면서 요청하는 권한을 모두 허용해 주세요.',
    },
    not_found: {
      title: '없는 페이지입니다',
      body: '주소가 잘못되었거나 페이지가 옮겨졌습니다.',
    },
    bot_away: {
      title: '봇이 자리를 비웠습니다',
      body: '지금은 연결되어 있지 않습니다. 봇이 돌아오면 자동으로 다시 표시됩니다.',
    },
    discord_away: {
      title: 'Discord가 응답하지 않습니다',
      body: 'Discord에 요청했지만 응답이 없습니다. 보통 몇 분 안에 해결되며, 데이터는 그대로 있습니다.',
    },
    slow_down: {
      title: '잠시만 기다려 주세요',
      body: '짧은 시간에 요청이 너무 많았습니다. 잠시 뒤 자동으로 다시 시도합니다.',
    },
    unreachable: {
      title: '대시보드에 연결할 수 없습니다',
      body: '인터넷 연결이나 저희 서버에 문제가 있습니다. 연결을 확인하고 다시 시도해 주세요.',
    },
    broken: {
      title: '문제가 생겼습니다',
      body: '저희 실수입니다. 새로고침하면 대부분 해결됩니다.',
    },
  },
  reload: '새로고침',
  backToDashboard: '대시보드로 돌아가기',
  logInAgain: '다시 로그인',

  offline: '오프라인 상태입니다. 보이는 내용이 최신이 아닐 수 있습니다.',

  guilds: {
    title: '내 서버',
    lead: (here, addable) =>
      `봇이 ${number.format(here)}곳에서 활동하고 있습니다.` +
      (addable > 0 ? ` ${number.format(addable)}곳에 더 추가하실 수 있습니다.` : ''),
    leadUnknown: '봇이 있는 곳과 추가할 수 있는 곳을 보여 드립니다.',
    list: '서버 목록',
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
    stale: (when) => `Discord가 응답하지 않아 ${when}의 목록을 보여 드립니다.`,
    botAway:
      '봇이 자리를 비워 어디에 있는지 알 수 없습니다. 봇이 돌아오면 자동으로 다시 표시됩니다.',
    found: (count) => `서버 ${number.format(count)}개`,
    members: (count) => `멤버 약 ${compact.format(count)}명`,
    roles: { owner: '소유자', manager: '관리 가능', member: '멤버' },
    here: '봇이 활동 중입니다',
    add: '서버에 추가',
    locked: '서버 관리 권한이 필요합니다. 권한이 있는 분께 봇 추가를 부탁해 보세요.',
    unknown: '봇이 돌아오면 표시됩니다',
    pin: (name) => `${name} 즐겨찾기`,
    none: {
      title: '아직 서버가 없습니다',
      body: 'Discord에서 참여 중인 서버를 찾지 못했습니다. Discord에서 서버를 만들거나 참여한 뒤 새로고침해 주세요.',
    },
    openDiscord: 'Discord 열기',
    noMatch: {
      title: '맞는 서버가 없습니다',
      body: '이 검색어와 필터에 맞는 서버를 찾지 못했습니다.',
    },
    noFavourites: {
      title: '아직 즐겨찾기가 없습니다',
      body: '서버의 별을 누르면 맨 위에 고정되고 여기에 모입니다.',
    },
    reset: '모든 서버 보기',
  },

  account: {
    title: '내 계정',
    sessions: '로그인된 곳',
    sessionsLead:
      '이 대시보드에 로그인된 모든 브라우저입니다. 모르는 브라우저가 있으면 로그아웃시켜 주세요.',
    thisBrowser: '이 브라우저',
    unknownBrowser: '알 수 없는 브라우저',
    firstSeen: (when) => `${when} 로그인`,
    lastSeen: (when) => `${when} 사용`,
    end: '로그아웃시키기',
    endNamed: (browser) => `로그아웃시키기: ${browser}`,
    endFailed: '그 브라우저를 로그아웃시키지 못했습니다. 다시 시도해 주세요.',
    leave: '로그아웃',
    leaveLead: '이 브라우저에서만, 또는 모든 브라우저에서 한 번에 로그아웃합니다.',
    everywhere: '모든 곳에서 로그아웃',
    everywhereTitle: '모든 곳에서 로그아웃할까요?',
    everywhereBody:
      '이 브라우저를 포함한 모든 브라우저에서 바로 로그아웃되고, Discord가 저희에게 준 접근 권한도 사라집니다.',
    signOutFailed: '로그아웃하지 못했습니다. 아직 로그인되어 있으니 다시 시도해 주세요.',
  },
};
