/**
 * The body of `GET /api/guilds`: what Discord says of the person's servers, joined with where the bot is. The parts
 * that do not change between two questions are written once, so that asking again costs little more than asking the bot.
 */
import { canManageGuild, guildIconUrl, inviteUrl } from '../../shared/discord.ts';
import type { GuildAnswer, GuildsAnswer } from '../../shared/http.ts';
import type { BotLink } from '../bots/link.ts';
import type { Config } from '../env.ts';
import { envelope } from '../http/answer.ts';
import type { GuildList } from '../discord/user-guilds.ts';

/** The bot's part of the answer; null while it is away. */
type Presence = ReadonlySet<string> | null;

/** An answer written before, and the call to the bot that is under way for it. */
type Written = { presence?: string; body?: Buffer; pending?: Promise<Presence> };

export type GuildsAnswers = ReturnType<typeof createGuildsAnswers>;

/** Makes the writer of answers. */
export function createGuildsAnswers(
  config: Pick<Config, 'authorizeUrl' | 'cdnUrl' | 'clientId'>,
  bot: BotLink,
) {
  const written = new WeakMap<GuildList, Written>();

  async function askBot(list: GuildList): Promise<Presence> {
    try {
      return await bot.present(list.guilds.map((guild) => guild.id));
    } catch {
      return null; // away: the answer says so, the person still sees their servers
    }
  }

  function write(list: GuildList, presence: Presence): Buffer {
    const guilds = list.guilds.map((guild): GuildAnswer => {
      const canManage = canManageGuild(guild);
      const isPresent = presence === null ? null : presence.has(guild.id);
      return {
        id: guild.id,
        name: guild.name,
        icon: guild.icon,
        icon_url: guildIconUrl(config.cdnUrl, guild.id, guild.icon),
        owner: guild.owner,
        permissions: guild.permissions,
        features: guild.features,
        approximate_member_count: guild.approximate_member_count,
        can_manage: canManage,
        bot_present: isPresent,
        invite_url:
          canManage && isPresent === false
            ? inviteUrl(config.authorizeUrl, config.clientId, guild.id)
            : null,
      };
    });
    return Buffer.from(envelope<GuildsAnswer>({ guilds, as_of: list.asOf, stale: list.stale }));
  }

  /** The whole body, in its envelope. */
  return async function guildsAnswer(list: GuildList): Promise<Buffer> {
    let last = written.get(list);
    if (last === undefined) written.set(list, (last = {}));
    const entry = last;
    entry.pending ??= askBot(list).finally(() => delete entry.pending);
    const presence = await entry.pending;
    const key = presence === null ? 'away' : [...presence].join();
    if (entry.body === undefined || entry.presence !== key) {
      entry.body = write(list, presence);
      entry.presence = key;
    }
    return entry.body;
  };
}
