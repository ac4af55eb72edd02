/** The first half of a login: remember it, and say where the person must go. */
import { generateRandomCodeVerifier, generateRandomState } from 'oauth4webapi';
import { randomId } from '../opaque-id.ts';
import type { Discord } from './discord.ts';
import type { Logins } from './logins.ts';

/** Where to send the person, and the id that must stand in their browser's login cookie when they come back. */
export type StartedLogin = { authorizationUrl: string; browserId: string };

/**
 * What a login is to be. `next` is a path checked by `safeNext`; `isRepeat` says that we begin it, not the person; with
 * `skipsConsent` whoever has consented before is not asked again.
 */
export type LoginWish = { next: string; isRepeat?: boolean; skipsConsent?: boolean };

/**
 * Starts a login with a fresh state and code verifier (RFC 9700 §2.1). A browser in which another tab's login is
 * waiting keeps its id, so that both can finish; an id we did not issue is never taken over.
 * @param knownBrowserId what the login cookie says, if there is one
 */
export async function startLogin(
  discord: Discord,
  logins: Logins,
  knownBrowserId: string | undefined,
  { next, isRepeat = false, skipsConsent = isRepeat }: LoginWish,
): Promise<StartedLogin> {
  const isOurs = knownBrowserId !== undefined && (await logins.isWaiting(knownBrowserId));
  const browserId = isOurs ? knownBrowserId : randomId();
  const state = generateRandomState();
  const codeVerifier = generateRandomCodeVerifier();
  await logins.insert(browserId, state, {
    provider: 'discord',
    purpose: 'login',
    codeVerifier,
    next,
    isRepeat,
  });
  const prompt = skipsConsent ? 'none' : undefined;
  return {
    authorizationUrl: await discord.authorizationUrl(state, codeVerifier, prompt),
    browserId,
  };
}
