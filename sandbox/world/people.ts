/** The people of the sandbox: a few sample people one can be, and strangers who fill the servers. */
import { hash, pick, pictureHash } from './hash.ts';
import { snowflakeAt, snowflakeTime } from './snowflake.ts';

/** Someone with an account. */
export type Person = {
  id: string;
  username: string;
  globalName: string | null;
  avatar: string | null;
  locale: string;
  email: string | null;
  emailVerified: boolean;
  /** What the consent page says of them. */
  about: string;
};

const person = (
  username: string,
  globalName: string | null,
  locale: string,
  about: string,
  details: Partial<Person> = {},
): Person => ({
  id: snowflakeAt(Date.UTC(2017, 2, 1) + (hash(username) % 100_000_000), 0n),
  username,
  globalName,
  avatar: pictureHash(username),
  locale,
  email: `${username}@example.com`,
  emailVerified: true,
  about,
  ...details,
});

/** The sample people, by the part they play. */
export const samplePeople = {
  owner: person('haneul', '하늘', 'ko', 'owns many servers'),
  member: person('sam.carter', 'Sam Carter', 'en-US', 'a plain member of a few servers'),
  newcomer: person('saebom', '새봄', 'ko', 'in no server yet', { avatar: null }),
  collector: person('ada_okafor', 'Ada Okafor', 'en-GB', 'in 200 servers', {
    avatar: `a_${pictureHash('ada_okafor')}`,
  }),
  moderator: person('jiho', '박지호 <mod>', 'ko', 'manages servers that others own'),
  nameless: person('zoe.w', null, 'fr', 'no display name, picture or confirmed e-mail', {
    avatar: null,
    emailVerified: false,
  }),
};

const strangerNames: readonly [string, ...string[]] = [
  'Mina',
  '서준',
  'Oliver',
  '지우',
  'Amara',
  '도윤',
  'Lucas',
  '하은',
  'Freya',
  '민재',
];

/** The id of the nth stranger in a server. Nothing is stored: id and person are made of each other. */
export function strangerId(guildId: string, index: number): string {
  const timeMs = snowflakeTime(guildId) + index + 1;
  return snowflakeAt(timeMs, strangerMark(timeMs));
}

/** Which stranger of a server an id names, or null when it names none. */
export function strangerIndex(guildId: string, id: string): number | null {
  const index = snowflakeTime(id) - snowflakeTime(guildId) - 1;
  return index >= 0 && strangerId(guildId, index) === id ? index : null;
}

/** The stranger with this id, or null when no stranger can have it. */
export function strangerById(id: string): Person | null {
  const timeMs = snowflakeTime(id);
  if (snowflakeAt(timeMs, strangerMark(timeMs)) !== id) return null;
  const name = pick(strangerNames, id);
  return {
    id,
    username: `user_${hash(id).toString(36)}`,
    globalName: name,
    avatar: hash(id) % 3 === 0 ? null : pictureHash(id),
    locale: 'en-US',
    email: null,
    emailVerified: false,
    about: 'a stranger',
  };
}

/** The low bits that a stranger's id carries, so that an invented id is told from a stranger's. */
function strangerMark(timeMs: number): bigint {
  return BigInt((hash(`stranger ${timeMs}`) & 0x3fffff) | 1);
}
