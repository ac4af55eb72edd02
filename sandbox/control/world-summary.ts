/** The world as the control API tells it. */
import type { State } from '../state.ts';
import type { Guild } from '../world/guild.ts';

/** How many servers one answer lists, unless asked otherwise. */
const defaultListed = 250;
const maxListed = 20_000;

/** Everything at a glance. Of the servers only a part: `?limit=` and `?offset=` say which, `?bot=true|false` filters. */
export function describeWorld(state: State, query: URLSearchParams) {
  const { world, config } = state;
  const withBot = world.guildsWithBot();
  const asked = query.get('bot');
  const wanted = [...world.guilds.values()].filter(
    (guild) => asked === null || (guild.bot !== null) === (asked === 'true'),
  );
  const offset = wholeNumber(query.get('offset'), 0);
  const limit = Math.min(wholeNumber(query.get('limit'), defaultListed), maxListed);
  return {
    application: { id: config.clientId, redirect_uris: config.redirectUris },
    people: [...world.people.values()].map((person) => ({
      id: person.id,
      username: person.username,
      global_name: person.globalName,
      about: person.about,
      guild_count: world.guildsOf(person.id).length,
      managed_guild_count: world.guildsManagedBy(person.id).length,
    })),
    guild_counts: {
      total: world.guilds.size,
      with_bot: withBot.length,
      unavailable: withBot.filter(({ unavailable }) => unavailable).length,
    },
    guilds: wanted.slice(offset, offset + limit).map((guild) => guildSummary(state, guild)),
    matching_guild_count: wanted.length,
    shards: state.gateway.connectedShards(),
    grant_count: state.grants.liveGrantCount(),
  };
}

export function guildSummary({ world }: State, guild: Guild) {
  const { id, name, icon, ownerId, unavailable } = guild;
  return {
    id,
    name,
    icon,
    owner_id: ownerId,
    bot: guild.bot !== null,
    unavailable,
    member_count: world.memberCount(guild),
  };
}

function wholeNumber(text: string | null, fallback: number): number {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : fallback;
}
