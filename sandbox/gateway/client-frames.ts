/** What a client sends over the gateway, and how it must look. https://docs.discord.com/developers/events/gateway-events#send-events */
import * as z from 'zod';
import { idField, readJson } from '../http/read-json.ts';

/** A bot's token. Libraries send it as the Authorization header of REST has it, too, and Discord takes both. */
const token = z.string().transform((text) => text.replace(/^Bot /, ''));

const frame = z.object({ op: z.int(), d: z.unknown().optional() });

/** A frame's opcode and data; null when it is none. */
export function readFrame(data: Buffer): z.infer<typeof frame> | null {
  try {
    return frame.safeParse(readJson(data.toString('utf8'))).data ?? null;
  } catch {
    return null; // not JSON
  }
}

export const identifyData = z.object({
  token,
  intents: z.number(),
  properties: z.looseObject({}),
  shard: z.tuple([z.number(), z.number()]).default([0, 1]),
  large_threshold: z.int().min(50).max(250).default(50),
  /** Payload compression. oceanic.js writes the name of its transport compression here. */
  compress: z
    .unknown()
    .optional()
    .transform((value) => value === true),
});

export const resumeData = z.object({
  token,
  session_id: z.string(),
  seq: z.int().nonnegative(),
});

const maxNonceBytes = 32;

export const membersRequest = z.object({
  guild_id: idField,
  query: z.string().optional(),
  limit: z.int().nonnegative().default(0),
  presences: z.boolean().default(false),
  user_ids: z.union([idField.transform((one) => [one]), z.array(idField).max(100)]).optional(),
  /** One that is too long, or no text at all, is as good as none. */
  nonce: z
    .unknown()
    .optional()
    .transform((value) =>
      typeof value === 'string' && Buffer.byteLength(value) <= maxNonceBytes ? value : undefined,
    ),
});

export type MembersRequest = z.infer<typeof membersRequest>;

export const soundboardRequest = z.object({ guild_ids: z.array(idField) });

export const channelInfoRequest = z.object({ guild_id: idField, fields: z.array(z.string()) });

export type ChannelInfoRequest = z.infer<typeof channelInfoRequest>;
