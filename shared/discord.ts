/**
 * Discord's own vocabulary, the little of it that both sides need: ids, permission bits, and the URLs of images and
 * invitations. Knows nothing of HTTP, sockets or sessions.
 */

/** A Discord id: an unsigned 64-bit integer in decimal. Always a string here; JavaScript's numbers would round it. */
export type Snowflake = string;

/** Matches a whole {@link Snowflake}. https://docs.discord.com/developers/reference#snowflakes */
export const snowflakePattern = /^\d{1,20}$/;

/** Permission bits by name. https://docs.discord.com/developers/topics/permissions */
export const permissionBits = {
  administrator: 1n << 3n,
  manageGuild: 1n << 5n,
} as const;

/**
 * Tells whether a person may manage a server, and so add a bot to it: its owner, an administrator, or a member with
 * Manage Server. `permissions` is Discord's decimal string; more than 50 bits are in use, so it is read as a bigint.
 * A string that is not a number grants nothing.
 */
export function canManageGuild(guild: { owner: boolean; permissions: string }): boolean {
  if (guild.owner) return true;
  if (!/^\d+$/.test(guild.permissions)) return false;
  const enough = permissionBits.administrator | permissionBits.manageGuild;
  return (BigInt(guild.permissions) & enough) !== 0n;
}

/**
 * The address of a server's icon, or null when it has none. Animated icons (`a_…`) are asked for as PNG too: a still
 * picture is enough in a list, and kinder to people who want less motion.
 */
export function guildIconUrl(
  cdnUrl: string,
  guildId: Snowflake,
  icon: string | null,
): string | null {
  return icon === null
    ? null
    : `${cdnUrl}/icons/${guildId}/${encodeURIComponent(icon)}.png?size=128`;
}

/** The address of a person's or bot's own avatar, or null when they have not set one. */
export function userAvatarUrl(
  cdnUrl: string,
  userId: Snowflake,
  avatar: string | null,
): string | null {
  return avatar === null
    ? null
    : `${cdnUrl}/avatars/${userId}/${encodeURIComponent(avatar)}.png?size=128`;
}

/**
 * The address that adds the bot to a server. With `guildId` that server is preselected and cannot be changed.
 * Parameters already in `authorizeUrl` (as copied from Discord's URL generator) are kept, `permissions` among them.
 * https://docs.discord.com/developers/topics/oauth2#bot-authorization-flow
 */
export function inviteUrl(authorizeUrl: string, clientId: Snowflake, guildId?: Snowflake): string {
  const url = new URL(authorizeUrl);
  for (const login of [
    'redirect_uri',
    'response_type',
    'state',
    'code_challenge',
    'code_challenge_method',
    'prompt',
  ])
    url.searchParams.delete(login);
  url.searchParams.set('client_id', clientId);
  url.searchParams.set('scope', 'bot applications.commands');
  if (!url.searchParams.has('permissions')) url.searchParams.set('permissions', '0');
  if (guildId !== undefined) {
    url.searchParams.set('guild_id', guildId);
    url.searchParams.set('disable_guild_select', 'true');
  }
  return url.href;
}
