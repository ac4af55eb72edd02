/**
 * Discord's own description of its answers, as an independent judge of the sandbox's. Where Discord's documents and its
 * specification disagree the documents win, as the specification itself says; those places are the overlay below.
 */
import * as spec from 'discord-api-spec/zod';
import { expect } from 'vitest';
import * as z from 'zod';

/** The documented 50035 body nests problems whose codes are words; the specification has numbers there. */
const errorDetails: z.ZodType = z.lazy(() =>
  z.union([
    z.object({ _errors: z.array(z.object({ code: z.string(), message: z.string() })) }),
    z.record(z.string(), errorDetails),
  ]),
);
const errorAnswer = z.object({
  code: z.int(),
  message: z.string(),
  errors: errorDetails.optional(),
});

/** The documents make `code` optional in a 429 and leave it out of their examples; the specification requires it. */
const rateLimitedAnswer = z.object({
  message: z.string(),
  retry_after: z.number(),
  global: z.boolean(),
  code: z.int().optional(),
});

/** What each kind of answer must look like. */
export const answers = {
  application: spec.PrivateApplicationResponseSchema,
  authorization: spec.OAuth2GetAuthorizationResponseSchema,
  callback: spec.InteractionCallbackResponseSchema,
  channels: z.array(spec.GuildChannelResponseSchema).min(1),
  channel: spec.GuildChannelResponseSchema,
  command: spec.ApplicationCommandResponseSchema,
  commands: z.array(spec.ApplicationCommandResponseSchema).min(1),
  error: errorAnswer,
  gateway: spec.GatewayResponseSchema,
  gatewayBot: spec.GatewayBotResponseSchema,
  guild: spec.GuildWithCountsResponseSchema,
  member: spec.GuildMemberResponseSchema,
  members: z.array(spec.GuildMemberResponseSchema).min(1),
  message: spec.MessageResponseSchema,
  messages: z.array(spec.MessageResponseSchema).min(1),
  myGuilds: z.array(spec.MyGuildResponseSchema).min(1),
  myMember: spec.PrivateGuildMemberResponseSchema,
  myself: spec.UserPIIResponseSchema,
  preview: spec.GuildPreviewResponseSchema,
  rateLimited: rateLimitedAnswer,
  roles: z.array(spec.GuildRoleResponseSchema).min(1),
  user: spec.UserResponseSchema,
} as const satisfies Record<string, z.ZodType>;

/** Fails the test with every deviation when a body is not what Discord would send. */
export function expectAnswer(kind: keyof typeof answers, body: unknown): void {
  const parsed = answers[kind].safeParse(body);
  expect(parsed.success ? [] : parsed.error.issues, `not a valid ${kind} answer`).toEqual([]);
}
