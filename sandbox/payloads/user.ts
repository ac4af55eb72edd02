/** People and the bot as Discord describes them. https://docs.discord.com/developers/resources/user */
import type { Config } from '../config.ts';
import { hash, pictureHash } from '../world/hash.ts';
import type { Person } from '../world/people.ts';

/** Anyone's account, as others see it. */
export type UserPayload = {
  id: string;
  username: string;
  discriminator: string;
  global_name: string | null;
  avatar: string | null;
  bot?: boolean;
  banner: null;
  accent_color: number | null;
  public_flags: number;
  flags: number;
  avatar_decoration_data: null;
  collectibles: null;
  primary_guild: null;
};

/** A person, as others see them. */
export function userPayload(person: Person): UserPayload {
  return {
    id: person.id,
    username: person.username,
    discriminator: '0',
    global_name: person.globalName,
    avatar: person.avatar,
    banner: null,
    accent_color: hash(person.id) & 0xffffff,
    public_flags: 0,
    flags: 0,
    avatar_decoration_data: null,
    collectibles: null,
    primary_guild: null,
  };
}

/** Whether one of someone's names begins so, as searches for members have it. */
export function isCalled(
  { username, global_name }: Pick<UserPayload, 'username' | 'global_name'>,
  start: string,
): boolean {
  return [username, global_name ?? ''].some((name) =>
    name.toLowerCase().startsWith(start.toLowerCase()),
  );
}

/** A person to themselves; their e-mail only when the token has the scope `email`. */
export function selfPayload(person: Person, withEmail: boolean) {
  return {
    ...userPayload(person),
    mfa_enabled: false,
    locale: person.locale,
    ...(withEmail ? { email: person.email, verified: person.emailVerified } : {}),
  };
}

/** The hash of the bot's picture. */
export const botAvatar = pictureHash('the bot');

/** The bot's own user. Its id is the application's, as with every application made since 2016. */
export function botPayload(config: Config): UserPayload {
  return {
    id: config.clientId,
    username: 'Sandbox Bot',
    discriminator: '0000',
    global_name: null,
    avatar: botAvatar,
    bot: true,
    banner: null,
    accent_color: null,
    public_flags: 0,
    flags: 0,
    avatar_decoration_data: null,
    collectibles: null,
    primary_guild: null,
  };
}

/** The bot to itself. */
export function botSelfPayload(config: Config) {
  return { ...botPayload(config), mfa_enabled: true, locale: 'en-US', verified: true, email: null };
}
