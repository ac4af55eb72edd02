/**
 * A server's channels, roles and emoji. None are stored: each has an id a little above the server's own, so the server
 * is found from the id and everything else follows from the server.
 */
import { idsPerGuild, type Guild } from '../world/guild.ts';
import { hash, pick } from '../world/hash.ts';
import { memberPermissions, permissionBits } from '../world/permissions.ts';

/** Channel kinds by Discord's numbers. https://docs.discord.com/developers/resources/channel#channel-object-channel-types */
export const channelTypes = { text: 0, voice: 2, category: 4, news: 5 } as const;

const roleOffset = 32n;
const emojiOffset = 48n;

/** The id of the server that a channel's, role's or emoji's id belongs to. */
export function guildIdOfPart(id: string): string {
  return ((BigInt(id) / idsPerGuild) * idsPerGuild).toString();
}

function partId(guild: Guild, offset: bigint): string {
  return (BigInt(guild.id) + offset).toString();
}

const textNames = {
  ko: ['일반', '공지', '봇-명령어', '사진'],
  'en-US': ['general', 'announcements', 'bot-commands', 'pictures'],
};

/** A server's channels, in the order they are shown. */
export function channelPayloads(guild: Guild) {
  const names = guild.locale === 'ko' ? textNames.ko : textNames['en-US'];
  const textCount = 3 + (hash(guild.id) % 2);
  const category = partId(guild, 1n);
  const base = { guild_id: guild.id, flags: 0, permission_overwrites: [], nsfw: false };
  const textChannel = (name: string, index: number) => ({
    ...base,
    id: partId(guild, BigInt(index + 2)),
    type: index === 1 && guild.features.includes('NEWS') ? channelTypes.news : channelTypes.text,
    name,
    position: index,
    parent_id: category,
    topic: null,
    last_message_id: null,
    rate_limit_per_user: 0,
  });
  return [
    {
      ...base,
      id: category,
      type: channelTypes.category,
      name: guild.locale === 'ko' ? '채팅 채널' : 'Text Channels',
      position: 0,
      parent_id: null,
    },
    ...names.slice(0, textCount).map(textChannel),
    {
      ...base,
      id: partId(guild, 20n),
      type: channelTypes.voice,
      name: guild.locale === 'ko' ? '수다방' : 'Lounge',
      position: 0,
      parent_id: null,
      bitrate: 64_000,
      user_limit: 0,
      rtc_region: null,
      rate_limit_per_user: 0,
      last_message_id: null,
    },
  ];
}

/** A channel of a server by id, or null. */
export function channelPayload(guild: Guild, id: string) {
  return channelPayloads(guild).find((channel) => channel.id === id) ?? null;
}

/** The first channel of a server where people write. */
export function firstTextChannelId(guild: Guild): string {
  return partId(guild, 2n);
}

/** The role that every member has; its id is the server's. */
function everyoneRole(guild: Guild) {
  return rolePayload(guild.id, '@everyone', memberPermissions, 0);
}

/** A server's roles, lowest first. */
export function rolePayloads(guild: Guild, botId: string) {
  const [member, moderator, admin] =
    guild.locale === 'ko'
      ? ['새싹', '운영진', '관리자']
      : ['Regulars', 'Moderators', 'Administrators'];
  const moderation = permissionBits('Kick Members', 'Manage Messages', 'Timeout Members');
  return [
    everyoneRole(guild),
    ...(guild.bot
      ? [
          {
            ...rolePayload(botRoleId(guild), 'Sandbox Bot', guild.bot.permissions, 1),
            managed: true,
            tags: { bot_id: botId },
          },
        ]
      : []),
    rolePayload(partId(guild, roleOffset + 2n), member ?? '', 0n, 2),
    rolePayload(partId(guild, roleOffset + 3n), moderator ?? '', moderation, 3),
    rolePayload(partId(guild, roleOffset + 4n), admin ?? '', permissionBits('Administrator'), 4),
  ];
}

/** The role a bot brings along when it joins. */
export function botRoleId(guild: Guild): string {
  return partId(guild, roleOffset + 1n);
}

function rolePayload(id: string, name: string, permissions: bigint, position: number) {
  const color = position < 2 ? 0 : hash(id) & 0xffffff;
  return {
    id,
    name,
    permissions: permissions.toString(),
    position,
    color,
    colors: { primary_color: color, secondary_color: null, tertiary_color: null },
    hoist: position > 2,
    managed: false,
    mentionable: false,
    icon: null,
    unicode_emoji: null,
    flags: 0,
  };
}

const emojiNames: readonly [string, ...string[]] = ['wave', 'party', 'tea', 'cat', 'hug'];

/** A server's own emoji. */
export function emojiPayloads(guild: Guild) {
  return Array.from({ length: hash(guild.id) % 4 }, (_, index) => ({
    id: partId(guild, emojiOffset + BigInt(index)),
    name: `${pick(emojiNames, `${guild.id}${index}`)}_${index}`,
    roles: [],
    require_colons: true,
    managed: false,
    animated: false,
    available: true,
  }));
}
