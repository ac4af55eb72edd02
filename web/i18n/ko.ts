/** Every word of the interface, in Korean. */
import type { Messages } from './en.ts';

const number = new Intl.NumberFormat('ko');

export const ko: Messages = {
  title: 'Discord bot Dashboard',
  description: '이 Discord 봇이 활동하는 서버 수를 실시간으로 보여 줍니다.',
  skipToContent: '본문으로 건너뛰기',
  loading: '불러오는 중…',
  tryAgain: '다시 시도',
  trying: '다시 시도하는 중…',
  dismiss: '닫기',
  cancel: '취소',
  home: '대시보드',
  opensNewTab: '(새 탭에서 열림)',

  justNow: '방금 전',
  asOf: (when) => `${when} 업데이트`,

  login: 'Discord로 로그인',
  loginPromise: '이름과 서버 목록만 확인하며, 메시지는 절대 읽지 않습니다.',
  signedInAs: (name) => `${name} 님으로 로그인되어 있습니다`,
  seeServers: '내 서버 보기',
  signOut: '로그아웃',
  signOutFailed: '로그아웃하지 못했습니다. 다시 시도해 주세요.',

  botOffline: '봇이 오프라인입니다',

  nav: { label: '주 메뉴', guilds: '서버' },
  menu: {
    open: '님의 메뉴',
    label: '계정 및 설정',
    settings: '언어 및 테마',
    account: '계정',
  },

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

  titles: { guilds: '내 서버', account: '내 계정' },
  privacy: { title: '개인정보 처리방침', contact: '운영자에게 문의하기' },

  loginErrors: {
    access_denied: {
      title: '로그인을 취소하셨습니다',
      body: '전달된 정보는 없습니다. 언제든 다시 로그인하실 수 있습니다.',
    },
    login_expired: {
      title: '로그인 시간이 만료되었습니다',
      body: '시작한 지 오래되었거나 다른 브라우저에서 시작한 로그인입니다. 처음부터 다시 로그인해 주세요.',
    },
    login_failed: {
      title: '로그인을 마치지 못했습니다',
      body: 'Discord의 응답이 시작하신 로그인과 일치하지 않습니다. 다시 시도해 주세요.',
    },
    missing_scope: {
      title: '필요한 권한이 빠졌습니다',
      body: '내 서버를 보려면 이름과 서버 목록 권한이 필요합니다. 두 가지 모두 허용해 주세요.',
    },
    misconfigured: {
      title: '대시보드 설정이 올바르지 않습니다',
      body: 'Discord가 이 대시보드의 클라이언트 ID, 시크릿 또는 리디렉션 주소를 받아들이지 않습니다. 운영자만 고칠 수 있으니 알려 주세요.',
    },
    discord_unavailable: {
      title: 'Discord가 응답하지 않습니다',
      body: 'Discord 측 문제입니다. 몇 분 뒤에 다시 시도해 주세요.',
    },
    storage_unavailable: {
      title: '로그인을 저장하지 못했습니다',
      body: '데이터베이스에 잠시 연결할 수 없습니다. 잠시 후 다시 시도해 주세요.',
    },
    rate_limited: {
      title: '로그인 시도가 너무 많았습니다',
      body: '이 네트워크에서 짧은 시간에 여러 번 로그인을 시도했습니다. 1분 뒤에 다시 시도해 주세요.',
    },
    internal_error: {
      title: '서버에 문제가 생겼습니다',
      body: '서버 오류로 로그인하지 못했습니다. 다시 시도해 주세요.',
    },
  },
  loginErrorUnknown: {
    title: '로그인하지 못했습니다',
    body: '다시 시도해 주세요.',
  },

  problems: {
    signed_out: {
      title: '로그인이 필요합니다',
      body: '내 서버와 계정을 보여 드리는 페이지입니다. 먼저 로그인해 주세요.',
    },
    session_ended: {
      title: '세션이 종료되었습니다',
      body: '다른 브라우저에서 로그아웃했거나 오랫동안 사용하지 않았습니다. 다시 로그인하면 보던 곳으로 돌아옵니다.',
    },
    not_allowed: {
      title: '필요한 권한이 빠졌습니다',
      body: '이 페이지에 필요한 권한을 Discord에서 받지 못했습니다. 다시 로그인해서 요청하는 권한을 모두 허용해 주세요.',
    },
    not_connected: {
      title: 'Discord 계정과의 연결이 끊겼습니다',
      body: '여기에는 아직 로그인되어 있습니다. 서버를 보려면 Discord로 한 번 더 로그인해 주세요.',
    },
    not_found: {
      title: '페이지를 찾을 수 없습니다',
      body: '주소가 잘못되었거나 페이지가 이동했습니다.',
    },
    bot_away: {
      title: '봇이 오프라인입니다',
      body: '봇이 다시 연결되면 자동으로 표시됩니다.',
    },
    discord_away: {
      title: 'Discord가 응답하지 않습니다',
      body: '보통 몇 분 안에 해결됩니다. 사라진 데이터는 없습니다.',
    },
    slow_down: {
      title: '잠시만 기다려 주세요',
      body: '짧은 시간에 요청이 너무 많았습니다. 잠시 후 자동으로 다시 시도합니다.',
    },
    unreachable: {
      title: '대시보드에 연결할 수 없습니다',
      body: '인터넷 연결이나 서버에 문제가 있는 것 같습니다. 연결을 확인하고 다시 시도해 주세요.',
    },
    broken: {
      title: '문제가 생겼습니다',
      body: '일시적인 오류입니다. 새로고침하면 대부분 해결됩니다.',
    },
  },
  sessionEnds: {
    signed_out: {
      title: '로그아웃되었습니다',
      body: '이 브라우저에서는 더 이상 내 서버를 볼 수 없습니다.',
    },
    signed_out_everywhere: {
      title: '모든 곳에서 로그아웃되었습니다',
      body: '어느 브라우저에서도 더 이상 내 서버를 볼 수 없습니다.',
    },
    ended: {
      title: '세션이 종료되었습니다',
      body: '다른 브라우저에서 로그아웃했거나 오랫동안 사용하지 않았습니다.',
    },
  },
  reload: '새로고침',
  backToDashboard: '대시보드로 돌아가기',
  logInAgain: '다시 로그인',

  offline: '오프라인 상태입니다. 보이는 내용이 최신이 아닐 수 있습니다.',
};
