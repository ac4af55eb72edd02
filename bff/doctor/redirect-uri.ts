/** Compares the redirect URI we send with those registered at Discord, which must be the same to the letter. */
import { bad, doubtful, type Finding, good } from './finding.ts';

const checked = 'Redirect URI registered at Discord';

/**
 * @param ours what the login sends
 * @param registered what Discord has; undefined when it does not tell
 */
export function checkRedirectUri(ours: string, registered: string[] | undefined): Finding {
  const place = 'Discord developer portal → your application → OAuth2 → Redirects';
  if (registered === undefined)
    return doubtful(
      checked,
      'Discord did not tell which are registered',
      `Look at ${place}: exactly this must be there: ${ours}`,
    );
  if (registered.includes(ours)) return good(checked, ours);
  const near = registered
    .map((each) => ({ each, difference: differenceOf(ours, each) }))
    .find(({ difference }) => difference);
  const found =
    near === undefined
      ? registered.length === 0
        ? 'none is registered'
        : `${registered.length} registered, none of them ours`
      : `registered is ${near.each}, which differs: ${near.difference}`;
  return bad(checked, found, `${place}: add exactly this: ${ours}`);
}

/** In what a registered URI differs from ours, when it looks as if ours was meant. */
function differenceOf(ours: string, theirs: string): string | undefined {
  if (!URL.canParse(theirs)) return undefined;
  const [a, b] = [new URL(ours), new URL(theirs)];
  const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);
  const differences: string[] = [];
  if (a.protocol !== b.protocol)
    differences.push(`it begins with ${b.protocol}// instead of ${a.protocol}//`);
  if (a.hostname !== b.hostname) {
    if (
      !(loopback.has(a.hostname) && loopback.has(b.hostname)) &&
      `www.${a.hostname}` !== b.hostname &&
      a.hostname !== `www.${b.hostname}`
    )
      return undefined;
    differences.push(`its host is ${b.hostname} instead of ${a.hostname}`);
  }
  if (a.port !== b.port)
    differences.push(`its port is ${b.port || 'missing'} instead of ${a.port || 'none'}`);
  if (a.pathname !== b.pathname) {
    if (`${a.pathname}/` === b.pathname) differences.push('it ends with a slash too many');
    else if (a.pathname.toLowerCase() === b.pathname.toLowerCase())
      differences.push('its capital letters differ');
    else differences.push(`its path is ${b.pathname} instead of ${a.pathname}`);
  }
  if (b.search !== '' || b.hash !== '') differences.push('it carries a query or fragment');
  return differences.length === 0 ? 'it is written differently' : differences.join(', ');
}
