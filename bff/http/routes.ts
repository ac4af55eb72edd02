/**
 * Which part of the house an address belongs to, decided in one place whatever its spelling: the router forgives capital
 * letters and a slash at the end, and so does this.
 */

/** Under the API, or a probe: answered in JSON, never with a page. */
export function underApi(path: string): boolean {
  return /^\/(?:api|healthz|readyz)(?:\/|$)/i.test(path);
}

/** A step of the login: answered with a redirect. */
export function isLoginStep(path: string): boolean {
  return /^\/discord\/(?:login|callback)(?:\/|$)/i.test(path);
}
