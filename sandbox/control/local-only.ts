/** Keeps the control API to programs of this machine: not the network, and not a page in its browser. */
import type { SandboxRequest } from '../http/request.ts';
import { isCrossOrigin } from '../http/same-origin.ts';
import { controlError } from './control-error.ts';

const loopbackAddress = /^(?:127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3})$/;
const loopbackHost = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/** Throws unless a request comes from this machine, for this machine, and from no other site's page. */
export function requireLocal(request: SandboxRequest): void {
  if (!loopbackAddress.test(request.remoteAddress))
    throw controlError('not_loopback', 'The control API answers this machine only.');
  // A name that some page made point at 127.0.0.1 is not ours (DNS rebinding).
  if (!loopbackHost.test(request.headers.host ?? ''))
    throw controlError('not_loopback', 'Use localhost, 127.0.0.1 or [::1] as the host.');
  if (isCrossOrigin(request))
    throw controlError('cross_site', 'A page of another origin may not drive the sandbox.');
}
