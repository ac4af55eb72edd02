/** Remembers where the bot was while it cannot be asked: an absence of seconds must not empty the list. */
import type { GuildAnswer, GuildsAnswer } from '../../../shared/http.ts';

/** The person's servers, and how far what is said of the bot in them can be trusted. */
export type GuildsKnown = GuildsAnswer & {
  /** The bot did not say where it is; what stands in `guilds` is what it said last, or null. */
  bot_away: boolean;
  /** When the bot last said where it is, in milliseconds since the epoch; null: never to this page. */
  presence_known_at: number | null;
};

/** An answer completed by what the one before it knew. `now` is when it arrived, in milliseconds since the epoch. */
export function rememberPresence(
  before: GuildsKnown | undefined,
  answer: GuildsAnswer,
  now: number,
): GuildsKnown {
  const away = answer.guilds.some(({ bot_present }) => bot_present === null);
  if (!away) return { ...answer, bot_away: false, presence_known_at: now };
  const known = new Map(before?.guilds.map((guild) => [guild.id, guild]));
  const complete = (guild: GuildAnswer): GuildAnswer => {
    const last = known.get(guild.id);
    if (guild.bot_present !== null || !last) return guild;
    return { ...guild, bot_present: last.bot_present, invite_url: last.invite_url };
  };
  return {
    ...answer,
    guilds: answer.guilds.map(complete),
    bot_away: true,
    presence_known_at: before?.presence_known_at ?? null,
  };
}
