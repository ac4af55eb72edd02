/** The words of the pages about the signed-in person, in English. They are not in the first download. */

const number = new Intl.NumberFormat('en');
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

export const personalEn = {
  guilds: {
    lead: (here: number, addable: number) =>
      (here === 0
        ? 'The bot is in none of them yet'
        : `The bot is in ${number.format(here)} of them`) +
      (addable > 0
        ? `, and you can add it to ${number.format(addable)}${here === 0 ? '' : ' more'}.`
        : '.'),
    leadUnknown: 'Where the bot is, and where you can add it.',
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
    refreshFailed: 'We could not refresh the list. This is how it was before.',
    slow: 'Discord is taking longer than usual. Still waiting…',
    /** `when` is a time of day, with the date if it was not today. */
    stale: (when: string) => `Discord is not answering. This is your list from ${when}.`,
    botAway:
      'The bot is offline, so we cannot tell where it is. This updates by itself when it is back.',
    botAwaySince: (when: string) => `The bot is offline. Last seen ${when}.`,
    groups: {
      here: 'The bot is here',
      addable: 'You can add it',
      unknown: 'Not known yet',
      locked: 'Other servers',
    },
    found: (count: number) => (count === 1 ? '1 server' : `${number.format(count)} servers`),
    members: (count: number) =>
      count === 1 ? 'about 1 member' : `about ${compact.format(count)} members`,
    roles: { owner: 'Owner', manager: 'Can manage', member: 'Member' },
    here: 'The bot is here',
    wasHere: 'The bot was here',
    open: 'Open in Discord',
    add: 'Add',
    addNamed: (name: string) => `Add to server: ${name}`,
    locked: 'Needs Manage Server',
    lockedLead:
      'To add the bot to a server you need its Manage Server permission. Ask someone who has it.',
    unknown: 'Shown when the bot is back',
    pin: (name: string) => `Favourite ${name}`,
    none: {
      title: 'No servers yet',
      body: 'Discord says you are not in any server. Create or join one there, then refresh this page.',
    },
    openDiscord: 'Open Discord',
    noMatch: {
      title: 'No server matches',
      body: 'None of your servers matches this search and filter.',
    },
    noFavourites: {
      title: 'No favourites yet',
      body: 'Star a server to keep it at the top of its group and in this list.',
    },
    reset: 'Show all servers',
  },

  account: {
    sessions: 'Where you are signed in',
    sessionsLead:
      'These browsers are signed in as you. If you do not recognise one, end its session.',
    thisBrowser: 'This browser',
    unknownBrowser: 'Unknown browser',
    firstSeen: (when: string) => `signed in ${when}`,
    lastSeen: (when: string) => `last used ${when}`,
    end: 'End session',
    endNamed: (browser: string, signedIn: string) =>
      `End session: ${browser}, signed in ${signedIn}`,
    ended: (browser: string, signedIn: string) =>
      `The session in ${browser}, signed in ${signedIn}, has ended.`,
    endFailed: 'We could not end that session. Please try again.',
    leave: 'Sign out',
    leaveLead: 'In this browser only, or in every browser at once.',
    signOutHere: 'Sign out of this browser',
    everywhere: 'Sign out everywhere',
    everywhereTitle: 'Sign out everywhere?',
    everywhereBody:
      'All your browsers are signed out, including this one, and our access to your Discord account ends.',
  },
};

/** What every language has to say on these pages. */
export type PersonalMessages = typeof personalEn;
