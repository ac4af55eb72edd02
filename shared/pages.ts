/** The closed list of the interface's pages: its router serves no other, the BFF answers any other with 404. */
const pages = new Set([
  '',
  '/discord/dashboard',
  '/discord/guilds',
  '/discord/account',
  '/account',
  '/privacy',
]);

/** Tells whether a page stands at this path, as `URL.pathname` gives it. */
export function isPage(pathname: string): boolean {
  return pages.has(pathname.replace(/\/$/, ''));
}
