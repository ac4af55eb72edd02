/** What a person is in a server, and what can be done about the bot there. */
import type { GuildAnswer } from '../../../shared/http.ts';

/** What a person is in a server, as far as adding a bot goes. */
export type Role = 'owner' | 'manager' | 'member';

/** Names the person's role. */
export function roleOf(guild: Pick<GuildAnswer, 'owner' | 'can_manage'>): Role {
  if (guild.owner) return 'owner';
  return guild.can_manage ? 'manager' : 'member';
}

/** What can be done about the bot in a server. `unknown`: the bot is away and never said whether it is there. */
export type Presence = 'here' | 'addable' | 'locked' | 'unknown';

/** Names what can be done. */
export function presenceOf(
  guild: Pick<GuildAnswer, 'bot_present' | 'can_manage' | 'invite_url'>,
): Presence {
  if (guild.bot_present === null) return 'unknown';
  if (guild.bot_present) return 'here';
  return guild.can_manage && guild.invite_url !== null ? 'addable' : 'locked';
}
