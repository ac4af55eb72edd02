/**
 * What this program stores of people, why and for how long. It has to be true: whoever changes what is stored, logged or
 * sent changes these words, in both languages.
 */
import type { Language } from '../../../shared/pages.ts';

/** The spans the owner can set, in words. */
type Spans = { login: string; sessionIdle: string; sessionMax: string };

type Section = { heading: string; paragraphs: string[] };

type Policy = { lead: string; sections: Section[] };

const en = ({ login, sessionIdle, sessionMax }: Spans): Policy => ({
  lead: 'What this dashboard stores about you, why, and for how long. It is run by the owner of the bot.',
  sections: [
    {
      heading: 'If you only look',
      paragraphs: [
        'Nothing about you is stored. There are no analytics, no advertising and no third-party scripts, and the public page loads nothing from other companies.',
      ],
    },
    {
      heading: 'When you log in with Discord',
      paragraphs: [
        `While a login is under way, a temporary record of it is kept for up to ${login}. It is deleted when the login completes.`,
        'Discord tells us your user ID, user name, display name, picture and language, and gives us the access you approve: who you are and the list of your servers. We never see your password, your e-mail address or your messages.',
        `Your session is stored in the database: your user ID, the profile above, the browser and operating system you use (such as “Firefox on Windows”), and when you logged in and were last here. It ends ${sessionIdle} after your last visit, ${sessionMax} after you logged in at the latest, or when you sign out, and is then deleted.`,
        'The tokens Discord gives us are kept encrypted and never reach your browser. Your browsers share them, and they are deleted when your last session ends. When you sign out of your last browser, or of all of them at once, we also ask Discord to revoke them, and keep a note of your user ID and the time of that request for up to an hour, so that a late revocation does not sign you out again.',
        'Your list of servers is not stored. It is kept in memory for up to an hour so that Discord is not asked on every click. The bot is asked which of those servers it is in; it is not told who you are.',
      ],
    },
    {
      heading: 'Cookies and browser storage',
      paragraphs: [
        'Two cookies are for logging in: one for the login under way and one for your session. Two more remember the language and theme, and only once you choose them. Your favourite servers are kept in your browser and are not sent to us.',
      ],
    },
    {
      heading: 'Logs and limits',
      paragraphs: [
        'The log records each request’s time, address without its query, result and duration, and a shortened fingerprint of your session. Logging in and signing out are recorded with your Discord user ID. IP addresses are not logged by this program. How long logs are kept, and whether a server in front of it keeps its own, is decided by the owner.',
        'To stop floods, requests are counted per network. The counters use scrambled network addresses, stay in memory, and are forgotten at a restart.',
      ],
    },
    {
      heading: 'Who else is involved',
      paragraphs: [
        'Logging in happens at Discord, under Discord’s own privacy policy. On pages about you, pictures of you and your servers may load from Discord, which then sees your IP address as it does when you use Discord. Nothing is sold or passed on to anyone else.',
      ],
    },
    {
      heading: 'Your choices',
      paragraphs: [
        '“Sign out everywhere” on your account page deletes everything stored about you here except log entries and the note of the revocation. You can also remove this application under User Settings, Authorized Apps, in Discord.',
        'Backups made by the owner may hold deleted records, encrypted, until those backups are deleted. For questions, or to have something corrected or deleted, contact the owner of the bot.',
      ],
    },
  ],
});

const ko = ({ login, sessionIdle, sessionMax }: Spans): Policy => ({
  lead: '이 대시보드가 어떤 정보를 왜, 얼마나 오래 보관하는지 안내합니다. 대시보드는 봇의 운영자가 운영합니다.',
  sections: [
    {
      heading: '둘러보기만 할 때',
      paragraphs: [
        '어떤 정보도 저장하지 않습니다. 방문 분석, 광고, 외부 스크립트가 없으며, 공개 페이지는 다른 회사의 서버에서 아무것도 불러오지 않습니다.',
      ],
    },
    {
      heading: 'Discord로 로그인할 때',
      paragraphs: [
        `로그인이 진행되는 동안 임시 기록을 최대 ${login} 보관하며, 로그인이 끝나면 삭제합니다.`,
        'Discord로부터 사용자 ID, 사용자명, 별명, 프로필 사진, 언어와 함께, 허용하신 범위(본인 확인과 서버 목록)의 접근 권한을 받습니다. 비밀번호, 이메일 주소, 메시지는 받지 않습니다.',
        `세션은 데이터베이스에 저장됩니다. 사용자 ID와 위의 프로필, 사용 중인 브라우저와 운영체제(예: ‘Firefox · Windows’), 로그인한 시각과 마지막으로 방문한 시각이 포함됩니다. 마지막 방문 후 ${sessionIdle}, 늦어도 로그인 후 ${sessionMax}이 지나거나 로그아웃하시면 세션이 종료되고 삭제됩니다.`,
        'Discord가 발급한 토큰은 암호화하여 보관하며 브라우저로 보내지 않습니다. 로그인하신 브라우저들이 토큰을 함께 쓰고, 마지막 세션이 끝나면 토큰도 삭제됩니다. 마지막 브라우저에서 로그아웃하시거나 모든 곳에서 로그아웃하시면 Discord에도 토큰 폐기를 요청합니다. 늦게 처리된 폐기 때문에 다시 로그아웃되는 일이 없도록, 사용자 ID와 요청 시각을 최대 1시간 동안 기록해 둡니다.',
        '서버 목록은 저장하지 않습니다. 누를 때마다 Discord에 묻지 않도록 메모리에 최대 1시간 동안만 둡니다. 봇에는 그중 어느 서버에 봇이 있는지만 물으며, 누구의 목록인지는 알리지 않습니다.',
      ],
    },
    {
      heading: '쿠키와 브라우저 저장소',
      paragraphs: [
        '로그인에는 쿠키 두 개를 사용합니다. 하나는 진행 중인 로그인을, 하나는 세션을 위한 것입니다. 언어와 테마를 직접 고르시면 그 선택을 기억하는 쿠키가 각각 하나씩 더 생깁니다. 즐겨찾기한 서버는 브라우저에만 저장되며 저희에게 전송되지 않습니다.',
      ],
    },
    {
      heading: '로그와 요청 제한',
      paragraphs: [
        '로그에는 요청마다 시각, 쿼리를 뺀 주소, 결과, 처리 시간, 그리고 세션을 식별할 수 없게 줄인 값이 기록됩니다. 로그인과 로그아웃은 Discord 사용자 ID와 함께 기록됩니다. 이 프로그램은 IP 주소를 기록하지 않습니다. 로그 보관 기간과 앞단 서버의 기록 여부는 운영자가 정합니다.',
        '과도한 요청을 막기 위해 네트워크별로 요청 수를 셉니다. 네트워크 주소는 알아볼 수 없게 변환해 메모리에만 두며, 다시 시작하면 사라집니다.',
      ],
    },
    {
      heading: '관련된 다른 곳',
      paragraphs: [
        '로그인은 Discord에서 이루어지며 Discord의 개인정보 처리방침이 적용됩니다. 로그인한 뒤의 페이지에서는 프로필과 서버 사진을 Discord에서 불러올 수 있고, 이때 Discord는 평소처럼 IP 주소를 알 수 있습니다. 정보를 판매하거나 그 밖의 누구에게도 제공하지 않습니다.',
      ],
    },
    {
      heading: '이용자의 선택',
      paragraphs: [
        '계정 페이지에서 ‘모든 곳에서 로그아웃’을 누르시면 로그 기록과 위의 폐기 요청 기록을 제외하고 여기에 저장된 모든 정보가 삭제됩니다. Discord의 사용자 설정 → 승인한 앱에서 이 애플리케이션을 제거하실 수도 있습니다.',
        '운영자가 만든 백업에는 삭제된 기록이 암호화된 상태로 백업이 삭제될 때까지 남을 수 있습니다. 문의나 정정·삭제 요청은 봇의 운영자에게 해 주세요.',
      ],
    },
  ],
});

const policies: Record<Language, (spans: Spans) => Policy> = { en, ko };

/** The policy in a language, with the spans its owner set. */
export function policyIn(language: Language, spans: Spans): Policy {
  return policies[language](spans);
}
