/** A server as the sandbox remembers it: a small record. Channels, roles and emoji are made from its id when asked for. */
import { samplePeople, strangerId } from './people.ts';
import { hash, pick, pictureHash } from './hash.ts';
import { permissionBits } from './permissions.ts';
import { nextSnowflake, snowflakeAt } from './snowflake.ts';

/** The bot's place in a server. */
type BotMembership = { joinedAt: string; permissions: bigint };

export type Guild = {
  id: string;
  name: string;
  icon: string | null;
  ownerId: string;
  /** How many members are neither sample people nor the bot. */
  strangers: number;
  features: string[];
  locale: string;
  /** Null when the bot is not in it. */
  bot: BotMembership | null;
  /** An outage on Discord's side: the server still exists and the bot is still in it. */
  unavailable: boolean;
};

/** What the bot may do where nobody chose otherwise. */
export const defaultBotPermissions = permissionBits(
  'View Channels',
  'Send Messages',
  'Embed Links',
  'Read Message History',
  'Use Application Commands',
);

/** How many ids after a guild's own belong to it; see payloads/guild-parts.ts. */
export const idsPerGuild = 64n;

// Two rows of ids, a prime number of milliseconds apart, so that the servers fall evenly on any number of shards.
const withBotStartMs = Date.UTC(2016, 0, 4);
const withoutBotStartMs = Date.UTC(2016, 0, 4, 1);
const stepMs = 12_345_689; // the 20,000th is of 2023

const longName =
  'The Extraordinarily Long-Winded Society for the Appreciation of Names That Hardly Fit on a Card 긴이름';

const namesWithBot = [
  '한강 산책 모임',
  'Pixel Potters',
  '<script>alert(1)</script> & friends',
  '🌸 봄날의 정원',
  longName.padEnd(100, '!').slice(0, 100),
  'Midnight Library',
  '코딩하는 고양이들 🐈',
  'Cloud Gardeners',
  '서울 보드게임 클럽',
  'Rust & Rest',
  '🎮 게임 나이트',
  'The Quiet Corner',
  '새벽 독서실',
  'Sourdough Friends 🍞',
  '우리 동네 배드민턴',
  'Type-Safe Tuesday',
];
const namesWithoutBot = [
  '"><img src=x onerror=alert(1)>',
  '제주 바다 사진관',
  'Analog Synth Lovers',
  '🚀 로켓 연구회',
  'Weekend Hikers',
  '커피와 코드 ☕',
];
const firstWords: readonly [string, ...string[]] = [
  'Amber',
  '푸른',
  'Velvet',
  '느긋한',
  'Northern',
  '작은',
  'Electric',
  '고요한',
  'Golden',
  '달빛',
];
const secondWords: readonly [string, ...string[]] = [
  'Harbor',
  '다락방',
  'Arcade',
  '연구소',
  'Orchard',
  '놀이터',
  'Foxes',
  '찻집',
  'Observatory',
  '극장',
];

/** The nth server that has the bot in it. The same on every run. */
export function sampleGuildWithBot(index: number): Guild {
  const id = sampleId(withBotStartMs, index);
  const guild = sampleGuild(id, namesWithBot[index] ?? generatedName(id, index));
  // Two of three belong to strangers; the first few dozen of the rest to the owner among the sample people.
  if (index % 3 !== 1 && index < 48) guild.ownerId = samplePeople.owner.id;
  const joinedAt = new Date(Date.UTC(2024, 0, 1) + index * 3_600_000).toISOString();
  guild.bot = { joinedAt, permissions: defaultBotPermissions };
  return guild;
}

/** The nth server that the bot is not in. The same on every run. */
export function sampleGuildWithoutBot(index: number): Guild {
  const id = sampleId(withoutBotStartMs, index);
  const guild = sampleGuild(id, namesWithoutBot[index] ?? generatedName(id, index));
  if (index % 2 === 0 && index < 24) guild.ownerId = samplePeople.owner.id;
  return guild;
}

/** A server made now. */
export function newGuild(name: string, ownerId: string): Guild {
  const id = ((BigInt(nextSnowflake()) / idsPerGuild) * idsPerGuild).toString();
  return { ...sampleGuild(id, name), ownerId, strangers: 0, features: [] };
}

function sampleId(startMs: number, index: number): string {
  return snowflakeAt(startMs + index * stepMs, BigInt(index % 16) * idsPerGuild);
}

function sampleGuild(id: string, name: string): Guild {
  const variety = hash(id);
  const picture = pictureHash(id);
  return {
    id,
    name,
    icon: variety % 5 === 0 ? null : variety % 7 === 0 ? `a_${picture}` : picture,
    ownerId: strangerId(id, 0),
    strangers: 3 + (variety % 97) * (variety % 11) * (variety % 3 === 0 ? 31 : 1),
    features: variety % 4 === 0 ? ['COMMUNITY', 'NEWS'] : [],
    locale: /[가-힣]/.test(name) ? 'ko' : 'en-US',
    bot: null,
    unavailable: false,
  };
}

function generatedName(id: string, index: number): string {
  return `${pick(firstWords, id)} ${pick(secondWords, `${id}.`)} ${index}`;
}
