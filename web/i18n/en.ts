/** Every word of the interface, in English. Another language is an object of this type: what it lacks does not compile. */
import type { LoginErrorCode } from '../../shared/http.ts';
import type { Problem } from '../problem.ts';

const number = new Intl.NumberFormat('en');

/** A heading, what it means, and what to do about it. */
type Explanation = { title: string; body: string };

export const en = {
  title: 'Discord bot Dashboard',
  /** What this is, to those who see a link to it while the count is not known. */
  description: 'How many servers this Discord bot is in, live.',
  skipToContent: 'Skip to content',
  loading: 'Loading…',
  tryAgain: 'Try again',
  trying: 'Trying again…',
  dismiss: 'Dismiss',
  cancel: 'Cancel',
  home: 'Dashboard',
  opensNewTab: '(opens in a new tab)',

  justNow: 'just now',
  asOf: (when: string) => `Updated ${when}`,

  login: 'Log in with Discord',
  loginPromise: 'We see your name and your list of servers, never your messages.',
  signedInAs: (name: string) => `Signed in as ${name}`,
  seeServers: 'See your servers',
  signOut: 'Sign out',
  signOutFailed: 'We could not sign you out. Please try again.',

  botOffline: 'The bot is offline',

  nav: { label: 'Main', guilds: 'Servers' },
  menu: {
    /** After the person's name, for who listens: "Nelly menu". */
    open: 'menu',
    label: 'Account and settings',
    settings: 'Language and theme',
    account: 'Account',
  },

  language: { label: 'Language', ko: '한국어', en: 'English' },
  theme: { label: 'Theme', system: 'System', light: 'Light', dark: 'Dark' },

  /** The parts around the figure; together they are one sentence: "The bot is active in 3 servers." */
  countSentence: (count: number) => ({
    before: 'The bot is active in ',
    count: number.format(count),
    after: count === 1 ? ' server.' : ' servers.',
  }),
  countChanged: (count: number) => `Server count now ${number.format(count)}`,
  countUnknown: {
    title: 'The bot is offline',
    body: 'It has not reported how many servers it is in yet. The number appears here by itself as soon as the bot is online.',
  } satisfies Explanation,
  countFailed: {
    title: 'The count did not arrive',
    body: 'We keep trying. Logging in works all the same.',
  } satisfies Explanation,

  /** What can be said of the count's age. `when` is "just now", "2 minutes ago", "yesterday". */
  fresh: {
    live: () => 'Live',
    connecting: (when: string) => `Updated ${when}`,
    polling: (when: string) => `Updated ${when}`,
    away: (when: string) => `The bot went offline ${when}`,
    behind: (when: string) => `The bot lost its connection to Discord ${when} and is reconnecting`,
    lost: (when: string) => `Connection lost ${when}. Reconnecting…`,
    offline: (when: string) => `Updated ${when}. You are offline`,
  },
  shards: (ready: number, total: number) =>
    `${number.format(ready)} of ${number.format(total)} shards ${total === 1 ? 'is' : 'are'} connected`,
  unavailable: (count: number) =>
    count === 1
      ? '1 server is unavailable because of a Discord outage'
      : `${number.format(count)} servers are unavailable because of a Discord outage`,

  botCard: {
    lead: 'Bring it to a server you manage.',
    invite: 'Add to your server',
  },

  finePrint: {
    support: 'Support',
    terms: 'Terms',
    privacy: 'Privacy',
    licences: 'Licences',
  },

  titles: { guilds: 'Your servers', account: 'Your account' },
  privacy: { title: 'Privacy', contact: 'Contact the owner' },

  loginErrors: {
    access_denied: {
      title: 'You cancelled the login',
      body: 'Nothing was shared with us. You can log in whenever you like.',
    },
    login_expired: {
      title: 'That login has expired',
      body: 'It was started too long ago, or in another browser. Please start again.',
    },
    login_failed: {
      title: 'We could not complete the login',
      body: 'Discord’s answer does not belong to the login you started. Please try again.',
    },
    missing_scope: {
      title: 'A permission is missing',
      body: 'We can only show your servers if you let us see your name and your list of servers. Please allow both.',
    },
    misconfigured: {
      title: 'This dashboard is not set up right',
      body: 'Discord does not accept its client id, secret or redirect address. Only its owner can fix that; please let them know.',
    },
    discord_unavailable: {
      title: 'Discord is not answering',
      body: 'The problem is on Discord’s side. Please try again in a few minutes.',
    },
    storage_unavailable: {
      title: 'We could not save your login',
      body: 'Our database cannot be reached right now. Please try again shortly.',
    },
    rate_limited: {
      title: 'Too many logins',
      body: 'There were many login attempts from your network. Please wait a minute and try again.',
    },
    internal_error: {
      title: 'Something went wrong on our side',
      body: 'The login failed because of an error of ours. Please try again.',
    },
  } satisfies Record<LoginErrorCode, Explanation>,
  loginErrorUnknown: {
    title: 'The login did not work',
    body: 'Please try again.',
  } satisfies Explanation,

  problems: {
    signed_out: {
      title: 'Please log in',
      body: 'This page shows your own servers and account, so we need to know who you are.',
    },
    session_ended: {
      title: 'Your session has ended',
      body: 'You were signed out from another browser, or had not been here for a while. Log in again to carry on where you were.',
    },
    not_allowed: {
      title: 'A permission is missing',
      body: 'Discord has not given us a permission this page needs. Log in again and allow everything it asks for.',
    },
    not_connected: {
      title: 'We lost touch with your Discord account',
      body: 'You are still signed in here. To see your servers, log in with Discord once more.',
    },
    not_found: {
      title: 'Page not found',
      body: 'The address may be mistyped, or the page has moved.',
    },
    bot_away: {
      title: 'The bot is offline',
      body: 'This page updates by itself when the bot is back.',
    },
    discord_away: {
      title: 'Discord is not answering',
      body: 'This usually passes within a few minutes. Nothing is lost.',
    },
    slow_down: {
      title: 'One moment, please',
      body: 'There were too many requests in a short time. This page tries again by itself.',
    },
    unreachable: {
      title: 'We cannot reach the dashboard',
      body: 'Your connection or our server seems to be down. Check your connection and try again.',
    },
    broken: {
      title: 'Something went wrong',
      body: 'This is our mistake, not yours. Reloading usually helps.',
    },
  } satisfies Record<Problem, Explanation>,
  /** Said across a page once nobody is signed in any more. */
  sessionEnds: {
    signed_out: {
      title: 'You are signed out',
      body: 'This browser no longer has access to your servers.',
    },
    signed_out_everywhere: {
      title: 'You are signed out everywhere',
      body: 'None of your browsers has access to your servers any more.',
    },
    ended: {
      title: 'Your session has ended',
      body: 'You were signed out from another browser, or had not been here for a while.',
    },
  } satisfies Record<string, Explanation>,
  reload: 'Reload the page',
  backToDashboard: 'Back to the dashboard',
  logInAgain: 'Log in again',

  offline: 'You are offline. What you see may be out of date.',
};

/** What every language has to say. */
export type Messages = typeof en;
