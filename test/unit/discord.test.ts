import { describe, expect, it } from 'vitest';
import { canManageGuild, guildIconUrl, inviteUrl } from '../../shared/discord.ts';

describe('who may manage a server', () => {
  it.each([
    { owner: true, permissions: '0', may: true },
    { owner: false, permissions: String(1n << 3n), may: true },
    { owner: false, permissions: String(1n << 5n), may: true },
    { owner: false, permissions: String((1n << 52n) | (1n << 5n)), may: true },
    // As JavaScript numbers 1 << 35 is 8, the administrator bit.
    { owner: false, permissions: String(1n << 35n), may: false },
    { owner: false, permissions: String((1n << 53n) + 1n), may: false },
    { owner: false, permissions: '', may: false },
    { owner: false, permissions: '-8', may: false },
    { owner: false, permissions: '8abc', may: false },
  ])('owner: $owner, permissions: "$permissions" → $may', ({ owner, permissions, may }) => {
    expect(canManageGuild({ owner, permissions })).toBe(may);
  });
});

describe('addresses', () => {
  it('has none for a server without an icon', () => {
    expect(guildIconUrl('https://cdn.test', '1', null)).toBeNull();
  });

  it('keeps what the owner copied from the URL generator, but not the login parameters', () => {
    const url = new URL(
      inviteUrl(
        'https://discord.test/oauth2/authorize?permissions=268435456&scope=identify&redirect_uri=x',
        '42',
        '7',
      ),
    );
    expect(Object.fromEntries(url.searchParams)).toEqual({
      permissions: '268435456',
      client_id: '42',
      scope: 'bot applications.commands',
      guild_id: '7',
      disable_guild_select: 'true',
    });
  });
});
