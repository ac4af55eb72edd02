/** Where links of the interface lead. */
export { paths } from '../shared/pages.ts';

/** Where signing in starts. The BFF answers it, not the router: link to it with a plain `<a>`. */
export function loginPath(next: string): string {
  return `/discord/login?next=${encodeURIComponent(next)}`;
}
