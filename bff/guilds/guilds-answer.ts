/**
 * The body of `GET /api/guilds`: what Discord says of the person's servers, joined with where the bot is. The parts
 * that do not change between two questions are written once, so that asking again costs little more than asking the bot.
 */
import { canManageGuild, guildIconUrl, inviteUrl } from '../../shared/discord.ts';
import type { GuildAnswer, GuildsAnswer } from '../../shared/http.ts';
import { envelope } from '../answer.ts';
import type { BotLink } from '../bot-link.ts';
import type { Config } from '../env.ts';
import type { PersonGuilds } from './person-guilds.ts';

/** The bot's part of the answer; null while it is away. */
type Presence = ReadonlySet<string> | null;

/** An answer written before, and the question to the bot that is on its way for it. */
type Written = { presence?: string; body?: Buffer; asking?: Promise<Presence> };

export type GuildsAnswers = ReturnType<typeof createGuildsAnswers>;

/** Makes the writer of answers. */
export function createGuildsAnswers(
  config: Pick<Config, 'authorizeUrl' | 'cdnUrl' | 'clientId'>,
  bot: BotLink,
) {
  const written = new WeakMap<PersonGuilds, Written>();

  async function askBot(person: PersonGuilds): Promise<Presence> {
    try {
      return await bot.present(person.guilds.map((guild) => guild.id));
    } catch {
      return null; // away: the answer says so, the person still sees their servers
    }
  }

  function write(person: PersonGuilds, presence: Presence): Buffer {
    const guilds = person.guilds.map((guild): GuildAnswer => {
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
    return Buffer.from(envelope<GuildsAnswer>({ guilds, as_of: person.asOf, stale: person.stale }));
  }

  /** The whole body, in its envelope. */
  return async function guildsAnswer(person: PersonGuilds): Promise<Buffer> {
    let last = written.get(person);
    if (last === undefined) written.set(person, (last = {}));
    const entry = last;
    entry.asking ??= askBot(person).finally(() => delete entry.asking);
    const presence = await entry.asking;
    const key = presence === null ? 'away' : [...presence].join();
    if (entry.body === undefined || entry.presence !== key) {
      entry.body = write(person, presence);
      entry.presence = key;
    }
    return entry.body;
  };
}
