/** Every address of the interface, so that a route, a link and a redirect cannot disagree. */
export const paths = {
  dashboard: '/discord/dashboard',
  guilds: '/discord/guilds',
  account: '/account',
} as const;

/** The pages that are about the person, and show nothing without one. */
export const personalPaths: readonly string[] = [paths.guilds, paths.account];

/** Where signing in starts. The BFF answers it, not the router: link to it with a plain `<a>`. */
export function loginPath(next: string): string {
  return `/discord/login?next=${encodeURIComponent(next)}`;
}
