/**
 * What people gave the application: codes, access tokens and refresh tokens. Every token belongs to a grant, and dies
 * with it.
 */
import { randomBytes } from 'node:crypto';
import type { Settings } from '../settings.ts';
import type { Scope } from './scopes.ts';

/** One person's consent, from the Authorize button to its end. */
export type Grant = { personId: string; scopes: Scope[]; alive: boolean };

export type Code = {
  grant: Grant;
  redirectUri: string;
  /** The PKCE S256 challenge, null when the client sent none. */
  challenge: string | null;
  /** The server chosen for the bot, null when none was asked for. */
  guildId: string | null;
  expiresAtMs: number;
  used: boolean;
};

type AccessToken = { grant: Grant; expiresAtMs: number };
type RefreshToken = { grant: Grant; used: boolean };

export type TokenPair = { access_token: string; expires_in: number; refresh_token: string };

export class Grants {
  readonly #settings: Settings;
  readonly #codes = new Map<string, Code>();
  readonly #accessTokens = new Map<string, AccessToken>();
  readonly #refreshTokens = new Map<string, RefreshToken>();
  /** What each person has authorised before, for `prompt=none`. */
  readonly #authorised = new Map<string, Set<Scope>>();

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Forgets everyone's consent. */
  clear(): void {
    this.#codes.clear();
    this.#accessTokens.clear();
    this.#refreshTokens.clear();
    this.#authorised.clear();
  }

  /** How many people have the application among their authorised ones. */
  get authorisationCount(): number {
    return this.#authorised.size;
  }

  hasAuthorised(personId: string, scopes: readonly Scope[]): boolean {
    const authorised = this.#authorised.get(personId);
    return authorised !== undefined && scopes.every((scope) => authorised.has(scope));
  }

  /** Records a consent and gives out its code. */
  issueCode(
    consent: Pick<Grant, 'personId' | 'scopes'> & Omit<Code, 'grant' | 'expiresAtMs' | 'used'>,
  ): string {
    const { personId, scopes, redirectUri, challenge, guildId } = consent;
    const authorised = this.#authorised.get(personId) ?? new Set<Scope>();
    for (const scope of scopes) authorised.add(scope);
    this.#authorised.set(personId, authorised);
    this.#forgetExpired();
    const code = randomBytes(24).toString('base64url');
    this.#codes.set(code, {
      grant: { personId, scopes, alive: true },
      redirectUri,
      challenge,
      guildId,
      expiresAtMs: Date.now() + this.#settings.code_ttl_seconds * 1000,
      used: false,
    });
    return code;
  }

  /**
   * Uses a code up; null when it is unknown, too old or was used before. Used again, it also ends its grant: one of the
   * two who hold it stole it (RFC 6749 §4.1.2).
   */
  takeCode(value: string): Code | null {
    const code = this.#codes.get(value);
    if (!code) return null;
    if (code.used) {
      code.grant.alive = false;
      return null;
    }
    code.used = true;
    return Date.now() < code.expiresAtMs ? code : null;
  }

  issueTokens(grant: Grant): TokenPair {
    const refresh_token = randomBytes(24).toString('base64url');
    this.#refreshTokens.set(refresh_token, { grant, used: false });
    return { ...this.issueAccessToken(grant), refresh_token };
  }

  issueAccessToken(grant: Grant): Omit<TokenPair, 'refresh_token'> {
    const access_token = randomBytes(24).toString('base64url');
    const expires_in = this.#settings.access_token_ttl_seconds;
    this.#accessTokens.set(access_token, { grant, expiresAtMs: Date.now() + expires_in * 1000 });
    return { access_token, expires_in };
  }

  /** A new pair for a refresh token, or null. A token used before ends its whole grant (RFC 9700 §4.14.2). */
  refresh(value: string): { grant: Grant; pair: TokenPair } | null {
    const token = this.#refreshTokens.get(value);
    if (!token?.grant.alive) return null;
    if (token.used) {
      token.grant.alive = false;
      return null;
    }
    const { grant } = token;
    if (!this.#settings.rotate_refresh_tokens)
      return { grant, pair: { ...this.issueAccessToken(grant), refresh_token: value } };
    token.used = true;
    return { grant, pair: this.issueTokens(grant) };
  }

  /** Who an access token speaks for and until when; null when it speaks for nobody (any more). */
  bearer(value: string): { grant: Grant; expiresAtMs: number } | null {
    const token = this.#accessTokens.get(value);
    return token?.grant.alive && Date.now() < token.expiresAtMs ? token : null;
  }

  /** Ends the grant of a token, and with `revoke_kills_all` all that its person gave. Unknown tokens change nothing. */
  revoke(value: string): void {
    const grant = (this.#accessTokens.get(value) ?? this.#refreshTokens.get(value))?.grant;
    if (!grant) return;
    grant.alive = false;
    if (this.#settings.revoke_kills_all) this.revokePerson(grant.personId);
  }

  /** Ends all that a person gave, as when they remove the application in their settings. */
  revokePerson(personId: string): void {
    this.#authorised.delete(personId);
    for (const holders of [this.#codes, this.#accessTokens, this.#refreshTokens])
      for (const { grant } of holders.values())
        if (grant.personId === personId) grant.alive = false;
  }

  /** How many grants still have a token that works. */
  liveGrantCount(): number {
    const live = [...this.#refreshTokens.values()].filter(
      ({ grant, used }) => grant.alive && !used,
    );
    return new Set(live.map(({ grant }) => grant)).size;
  }

  /** Keeps a long run from growing: what can no longer work is dropped, but for used codes of a living grant. */
  #forgetExpired(): void {
    if (this.#codes.size + this.#accessTokens.size < 5_000) return;
    const now = Date.now();
    for (const [value, code] of this.#codes)
      if (code.expiresAtMs < now - 3_600_000) this.#codes.delete(value);
    for (const [value, token] of this.#accessTokens)
      if (!token.grant.alive || token.expiresAtMs < now) this.#accessTokens.delete(value);
    for (const [value, token] of this.#refreshTokens)
      if (!token.grant.alive) this.#refreshTokens.delete(value);
  }
}
