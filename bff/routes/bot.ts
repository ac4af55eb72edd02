import { inviteUrl } from '../../shared/discord.ts';
import type { BotAnswer } from '../../shared/http.ts';
import type { BotIdentity } from '../../shared/ipc.ts';
import type { BotLink } from '../bots/link.ts';
import type { Config } from '../env.ts';
import { botUnavailable, discordUnavailable, Failure } from '../failure.ts';
import { answer } from '../http/answer.ts';
import type { Middleware } from '../http/context.ts';
import { type Outbound, OutboundError } from '../outbound.ts';

type Picture = { type: string; bytes: Buffer };

/** How long a picture that could not be had is not asked for again. */
const retryMs = 60_000;
const pictureTypes = /^image\/(?:png|jpeg|webp|gif)$/;

/** `GET /api/bot`: who the bot is, from memory. */
export function bot(link: BotLink, config: Pick<Config, 'authorizeUrl' | 'clientId'>): Middleware {
  return function bot(ctx) {
    const { identity } = link.state();
    if (identity === null) throw botUnavailable();
    answer<BotAnswer>(ctx, presentBot(identity, config));
  };
}

/** What anybody may know of the bot. */
export function presentBot(
  identity: BotIdentity,
  config: Pick<Config, 'authorizeUrl' | 'clientId'>,
): BotAnswer {
  return {
    id: identity.id,
    username: identity.username,
    avatar_url:
      identity.avatar_url &&
      `/api/bot/avatar?of=${encodeURIComponent(avatarName(identity.avatar_url))}`,
    invite_url: inviteUrl(config.authorizeUrl, config.clientId),
  };
}

/**
 * `GET /api/bot/avatar`: the bot's picture, fetched from Discord once and given from our own origin, so that the first
 * page asks nobody else for anything.
 */
export function botAvatar(
  link: BotLink,
  config: Pick<Config, 'cdnUrl'>,
  outbound: Outbound,
): Middleware {
  let cached: { url: string; picture: Promise<Picture>; retryAt: number } | undefined;

  async function fetchPicture(url: string): Promise<Picture> {
    const response = await outbound(url, { method: 'GET', headers: { accept: 'image/*' } });
    const type = response.headers.get('content-type')?.split(';')[0]?.trim() ?? '';
    if (response.status !== 200 || !pictureTypes.test(type))
      throw new Error(`the picture's answer was ${response.status} ${type}`);
    return { type, bytes: Buffer.from(await response.arrayBuffer()) };
  }

  return async function botAvatar(ctx) {
    const url = link.state().identity?.avatar_url ?? null;
    // The bot may name any address; only Discord's CDN is asked.
    if (url === null || new URL(url).origin !== new URL(config.cdnUrl).origin)
      throw new Failure('caller', 'not_found', 'The bot has no picture.');
    if (cached?.url !== url || cached.retryAt < performance.now())
      cached = { url, picture: fetchPicture(url), retryAt: Number.POSITIVE_INFINITY };
    const current = cached;
    try {
      const { type, bytes } = await current.picture;
      ctx.set('content-type', type);
      ctx.set('cache-control', 'public, max-age=86400');
      ctx.body = bytes;
    } catch (error) {
      // However many ask, Discord is asked again only in a minute.
      current.retryAt = Math.min(current.retryAt, performance.now() + retryMs);
      throw discordUnavailable(
        error instanceof OutboundError ? error : new Error('no picture', { cause: error }),
      );
    }
  };
}

/** The last part of the picture's address changes with the picture, and so does ours. */
function avatarName(url: string): string {
  return new URL(url).pathname.split('/').at(-1) ?? '';
}
