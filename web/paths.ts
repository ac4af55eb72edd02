import { paths } from '../shared/pages.ts';

/** Where links of the interface lead. */
export { paths };

/** The pages that are about the person, and show nothing without one. */
export const personalPaths: readonly string[] = [paths.guilds, paths.account];

/** Where signing in starts. The BFF answers it, not the router: link to it with a plain `<a>`. */
export function loginPath(next: string): string {
  return `/discord/login?next=${encodeURIComponent(next)}`;
}
