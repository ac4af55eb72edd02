/** Every word of the interface, in English. Another language is an object of this type: what it lacks does not compile. */
import type { LoginErrorCode } from '../../shared/http.ts';
import type { Problem } from '../problem.ts';

const number = new Intl.NumberFormat('en');
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** A heading, what it means, and what to do about it. */
type Explanation = { title: string; body: string };

export const en = {
  title: 'Discord bot Dashboard',
  /** What this is, to those who see a link to it while the count is not known. */
  description: 'How many servers this Discord bot is in, live.',
  skipToContent: 'Skip to content',
  loading: 'Loading…',
  tryAgain: 'Try again',
  dismiss: 'Dismiss',
  cancel: 'Cancel',
  home: 'Dashboard',
  opensNewTab: '(opens in a new tab)',

  justNow: 'just now',
  asOf: (when: string) => `As of ${when}`,

  login: 'Log in with Discord',
  loginPromise: 'We read your name and your list of servers. Never your messages.',
  signedInAs: (name: string) => `Signed in as ${name}`,
  seeServers: 'See your servers',
  signOut: 'Sign out',

  nav: { label: 'Main', guilds: 'Servers', account: 'Account' },

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

  privacy: { title: 'Privacy', contact: 'Contact the owner' },

  loginErrors: {
    access_denied: {
      title: 'You pressed Cancel',
      body: 'Nothing was shared with us. You can log in whenever you like.',
    },
    login_expired: {
      title: 'That login took too long',
      body: 'It was started a while ago or in another browser, so we let it go. Starting over takes a moment.',
    },
    login_failed: {
      title: 'The login did not work out',
      body: 'What came back from Discord did not fit the login you started. Please try once more.',
    },
    missing_scope: {
      title: 'One permission is missing',
      body: 'To show your servers we need to see your name and your list of servers. Please allow both.',
    },
    misconfigured: {
      title: 'This dashboard is not set up right',
      body: 'Discord does not accept its client id, secret or redirect address. Only its owner can fix that; please let them know.',
    },
    discord_unavailable: {
      title: 'Discord is not answering',
      body: 'This is on Discord’s side. Please try again in a few minutes.',
    },
    storage_unavailable: {
      title: 'We could not save your login',
      body: 'Our storage is out of reach for the moment. Please try again shortly.',
    },
    rate_limited: {
      title: 'A little too fast',
      body: 'There were many logins in a short time. Please wait a minute and try again.',
    },
    internal_error: {
      title: 'Something broke on our side',
      body: 'The login did not work because of a mistake of ours. Please try again.',
    },
  } satisfies Record<LoginErrorCode, Explanation>,
  loginErrorUnknown: {
    title: 'The login did not work',
    body: 'Please try again.',
  } satisfies Explanation,

  problems: {
    signed_out: {
      title: 'Please log in',
      body: 'This page is about you and your servers, so it needs to know who you are.',
    },
    not_allowed: {
      title: 'We may not see this',
      body: 'Discord has not given us the permission this page needs. Log in once more and allow everything it asks for.',
    },
    not_found: {
      title: 'There is no such page',
      body: 'The address is mistyped, or the page has moved.',
    },
    bot_away: {
      title: 'The bot is away',
      body: 'It is not connected right now. This page carries on by itself when the bot is back.',
    },
    discord_away: {
      title: 'Discord is not answering',
      body: 'We asked Discord and got no answer. That usually passes within minutes; nothing is lost.',
    },
    slow_down: {
      title: 'A short pause, please',
      body: 'There were too many requests in a short time. The page carries on by itself in a moment.',
    },
    unreachable: {
      title: 'We cannot reach the dashboard',
      body: 'Either your connection or our server is down. Check your connection and try again.',
    },
    broken: {
      title: 'Something broke',
      body: 'This is our mistake, not yours. Reloading usually helps.',
    },
  } satisfies Record<Problem, Explanation>,
  reload: 'Reload the page',
  backToDashboard: 'Back to the dashboard',
  logInAgain: 'Log in again',

  offline: 'You are offline. What you see may be out of date.',

  guilds: {
    title: 'Your servers',
    lead: (here: number, addable: number) =>
      `The bot is in ${number.format(here)} of them` +
      (addable > 0 ? `, and you can add it to ${number.format(addable)} more.` : '.'),
    leadUnknown: 'Where the bot is, and where you can add it.',
    list: 'Servers',
    search: 'Search servers',
    clearSearch: 'Clear search',
    show: 'Show',
    filters: {
      all: 'All',
      here: 'Bot is here',
      addable: 'Can add',
      favourites: 'Favourites',
    },
    sort: 'Sort by',
    sorts: { name: 'Name', members: 'Members', role: 'Your role' },
    refresh: 'Refresh',
    refreshFailed: 'Refreshing did not work. This is the list as it was before.',
    stale: (when: string) => `Discord is not answering. This is your list as of ${when}.`,
    botAway:
      'The bot is away, so we cannot tell where it is. The list carries on by itself when it is back.',
    found: (count: number) => (count === 1 ? '1 server' : `${number.format(count)} servers`),
    members: (count: number) =>
      count === 1 ? 'about 1 member' : `about ${compact.format(count)} members`,
    roles: { owner: 'Owner', manager: 'Can manage', member: 'Member' },
    here: 'The bot is here',
    add: 'Add to server',
    locked: 'You need Manage Server here. Ask someone who has it to add the bot.',
    unknown: 'Shown again when the bot is back',
    pin: (name: string) => `Favourite ${name}`,
    none: {
      title: 'No servers yet',
      body: 'Discord says you are in no server. Make one or join one in Discord, then refresh this page.',
    },
    openDiscord: 'Open Discord',
    noMatch: {
      title: 'No server matches',
      body: 'None of your servers fits this search and filter.',
    },
    noFavourites: {
      title: 'No favourites yet',
      body: 'Press the star on a server and it stays at the top and in this list.',
    },
    reset: 'Show all servers',
  },

  account: {
    title: 'Your account',
    sessions: 'Where you are signed in',
    sessionsLead:
      'Every browser that is signed in to this dashboard as you. End what you do not know.',
    thisBrowser: 'This browser',
    unknownBrowser: 'Unknown browser',
    firstSeen: (when: string) => `signed in ${when}`,
    lastSeen: (when: string) => `last used ${when}`,
    end: 'End session',
    endNamed: (browser: string) => `End session: ${browser}`,
    endFailed: 'That session could not be ended. Please try again.',
    leave: 'Leave',
    leaveLead: 'Sign out here, or in every browser at once.',
    everywhere: 'Sign out everywhere',
    everywhereTitle: 'Sign out everywhere?',
    everywhereBody:
      'Every browser is signed out at once, this one included, and Discord forgets the access it gave us.',
    signOutFailed: 'Signing out did not work. You are still signed in; please try again.',
  },
};

/** What every language has to say. */
export type Messages = typeof en;
