/** The gateway's numbers. https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway */

export const opcodes = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  presenceUpdate: 3,
  voiceStateUpdate: 4,
  resume: 6,
  reconnect: 7,
  requestGuildMembers: 8,
  invalidSession: 9,
  hello: 10,
  heartbeatAck: 11,
  requestSoundboardSounds: 31,
  requestChannelInfo: 43,
} as const;

/** Why the gateway ends a connection: the code and the reason it gives. */
export const closings = {
  unknownError: [4000, 'Unknown error.'],
  unknownOpcode: [4001, 'Unknown opcode.'],
  decodeError: [4002, 'Error while decoding payload.'],
  notAuthenticated: [4003, 'Not authenticated.'],
  authenticationFailed: [4004, 'Authentication failed.'],
  alreadyAuthenticated: [4005, 'Already authenticated.'],
  invalidSequence: [4007, 'Invalid seq.'],
  rateLimited: [4008, 'Rate limited.'],
  sessionTimedOut: [4009, 'Session timed out.'],
  invalidShard: [4010, 'Invalid shard.'],
  shardingRequired: [4011, 'Sharding required.'],
  invalidVersion: [4012, 'Invalid API version.'],
  // No code says these, and of the codes after which no client comes back this is the nearest.
  unknownEncoding: [4012, 'Invalid encoding: only json is spoken here.'],
  unknownCompression: [4012, 'Invalid compress: zlib-stream and zstd-stream are spoken here.'],
  invalidIntents: [4013, 'Invalid intent(s).'],
  disallowedIntents: [4014, 'Disallowed intent(s).'],
} as const satisfies Record<string, readonly [number, string]>;

export type Closing = keyof typeof closings;

/** After these a session may be taken up again; after the others it is over. */
export const resumableClosings: readonly number[] = [4000, 4001, 4002, 4003, 4005, 4008];

/** What a bot may subscribe to. https://docs.discord.com/developers/events/gateway#list-of-intents */
export const intents = {
  guilds: 1 << 0,
  guildMembers: 1 << 1,
  guildPresences: 1 << 8,
  guildMessages: 1 << 9,
  messageContent: 1 << 15,
} as const;

/** Every intent there is: bits 0 to 16, 20, 21, 24 and 25. */
export const allIntents = 0x1ffff | (1 << 20) | (1 << 21) | (1 << 24) | (1 << 25);

const privilegedBits = {
  GUILD_MEMBERS: intents.guildMembers,
  GUILD_PRESENCES: intents.guildPresences,
  MESSAGE_CONTENT: intents.messageContent,
} as const;

/** The intents an application must be granted first. */
export type PrivilegedIntent = keyof typeof privilegedBits;

/** The privileged bits that are set but not among the granted ones. */
export function disallowedBits(asked: number, granted: readonly PrivilegedIntent[]): number {
  const allowed = granted.reduce((bits, name) => bits | privilegedBits[name], 0);
  const privileged = Object.values(privilegedBits).reduce((bits, bit) => bits | bit, 0);
  return asked & privileged & ~allowed;
}

/** The application's flags that say which privileged intents it is granted, in the form of small applications. */
export function intentFlags(granted: readonly PrivilegedIntent[]): number {
  const flags = { GUILD_PRESENCES: 1 << 13, GUILD_MEMBERS: 1 << 15, MESSAGE_CONTENT: 1 << 19 };
  return granted.reduce((bits, name) => bits | flags[name], 0);
}

/** The most guilds a shard may hold. https://docs.discord.com/developers/events/gateway#sharding */
export const maxGuildsPerShard = 2_500;
/** How many guilds a shard should hold, when a bot asks. */
export const guildsPerRecommendedShard = 1_000;
