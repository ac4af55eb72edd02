/**
 * Permission bits with the words the consent page uses for them. They pass bit 50, so they are bigints throughout and
 * decimal strings on the wire. https://docs.discord.com/developers/topics/permissions
 */

const permissions = {
  'Create Invite': 1n << 0n,
  'Kick Members': 1n << 1n,
  'Ban Members': 1n << 2n,
  Administrator: 1n << 3n,
  'Manage Channels': 1n << 4n,
  'Manage Server': 1n << 5n,
  'Add Reactions': 1n << 6n,
  'View Audit Log': 1n << 7n,
  'Priority Speaker': 1n << 8n,
  Video: 1n << 9n,
  'View Channels': 1n << 10n,
  'Send Messages': 1n << 11n,
  'Send Text-to-Speech Messages': 1n << 12n,
  'Manage Messages': 1n << 13n,
  'Embed Links': 1n << 14n,
  'Attach Files': 1n << 15n,
  'Read Message History': 1n << 16n,
  'Mention Everyone': 1n << 17n,
  'Use External Emoji': 1n << 18n,
  'View Server Insights': 1n << 19n,
  Connect: 1n << 20n,
  Speak: 1n << 21n,
  'Mute Members': 1n << 22n,
  'Deafen Members': 1n << 23n,
  'Move Members': 1n << 24n,
  'Use Voice Activity': 1n << 25n,
  'Change Nickname': 1n << 26n,
  'Manage Nicknames': 1n << 27n,
  'Manage Roles': 1n << 28n,
  'Manage Webhooks': 1n << 29n,
  'Manage Expressions': 1n << 30n,
  'Use Application Commands': 1n << 31n,
  'Request to Speak': 1n << 32n,
  'Manage Events': 1n << 33n,
  'Manage Threads': 1n << 34n,
  'Create Public Threads': 1n << 35n,
  'Create Private Threads': 1n << 36n,
  'Use External Stickers': 1n << 37n,
  'Send Messages in Threads': 1n << 38n,
  'Use Activities': 1n << 39n,
  'Timeout Members': 1n << 40n,
  'View Monetization Analytics': 1n << 41n,
  'Use Soundboard': 1n << 42n,
  'Create Expressions': 1n << 43n,
  'Create Events': 1n << 44n,
  'Use External Sounds': 1n << 45n,
  'Send Voice Messages': 1n << 46n,
  'Set Voice Channel Status': 1n << 48n,
  'Create Polls': 1n << 49n,
  'Use External Apps': 1n << 50n,
  'Pin Messages': 1n << 51n,
  'Bypass Slowmode': 1n << 52n,
} as const;

/** A permission by the words Discord's own settings use for it. */
export type PermissionName = keyof typeof permissions;

/** Every bit that means something. */
export const allPermissions = Object.values(permissions).reduce((all, bit) => all | bit, 0n);

/** The bits of some permissions together. */
export function permissionBits(...names: PermissionName[]): bigint {
  return names.reduce((bits, name) => bits | permissions[name], 0n);
}

/** Whether `held` contains a permission; an administrator has every one. */
export function hasPermission(held: bigint, name: PermissionName): boolean {
  return (held & (permissions[name] | permissions.Administrator)) !== 0n;
}

/** The names of the bits that are set, lowest bit first. */
export function permissionNames(bits: bigint): PermissionName[] {
  return (Object.keys(permissions) as PermissionName[]).filter(
    (name) => (bits & permissions[name]) !== 0n,
  );
}

/** What a new member may do, before any role is given. */
export const memberPermissions = permissionBits(
  'Create Invite',
  'Add Reactions',
  'View Channels',
  'Send Messages',
  'Embed Links',
  'Attach Files',
  'Read Message History',
  'Use External Emoji',
  'Connect',
  'Speak',
  'Use Voice Activity',
  'Change Nickname',
  'Use Application Commands',
  'Send Messages in Threads',
  'Use Soundboard',
  'Send Voice Messages',
  'Create Polls',
  'Use External Apps',
);
