/** Whether a request may be one that another site's page made a browser send. */
import type { SandboxRequest } from './request.ts';

/**
 * True when the browser itself says the request comes from another origin. Programs send neither header. Another port
 * of this machine is another origin: the application under test must not drive the sandbox from the browser either.
 */
export function isCrossOrigin(request: SandboxRequest): boolean {
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  return origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`;
}
