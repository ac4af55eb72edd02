import { Failure } from '../failure.ts';
import type { Middleware } from './context.ts';

/** What browsers of today and of before say of a page that nobody has asked for yet. */
const fetchedAhead = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'];

/**
 * Lets only a person's own step to an address through: a navigation of a whole tab. A page of somebody else's could
 * otherwise begin a login as its image, script or frame, or have it fetched ahead. Browsers that send no Fetch Metadata
 * pass, and so do programs. https://www.w3.org/TR/fetch-metadata/
 */
export const topLevelOnly: Middleware = function topLevelOnly(ctx, next) {
  const mode = ctx.get('sec-fetch-mode');
  const destination = ctx.get('sec-fetch-dest');
  // Node's own fetch says `cors` and nothing else; a browser always adds where the request comes from.
  const isProgram = mode === 'cors' && destination === '' && ctx.get('sec-fetch-site') === '';
  const isNavigation =
    (mode === '' || mode === 'navigate') && (destination === '' || destination === 'document');
  if (!(isProgram || isNavigation) || fetchedAhead.some((name) => ctx.get(name) !== ''))
    throw new Failure('caller', 'cross_site', 'A login begins in a tab of its own.');
  return next();
};
