/** Every address of the interface, so that a route, a link and a redirect cannot disagree. */
export const paths = {
  dashboard: '/discord/dashboard',
  guilds: '/discord/guilds',
  account: '/discord/account',
} as const;

/** Where signing in starts. The BFF answers it, not the router: link to it with a plain `<a>`. */
export function loginPath(next: string): string {
  return `/discord/login?next=${encodeURIComponent(next)}`;
}
