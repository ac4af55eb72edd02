/** What may be written in a message. https://docs.discord.com/developers/resources/message#create-message */
import * as z from 'zod';
import { idField } from '../http/read-json.ts';
import { apiError } from './api-error.ts';
import type { Upload } from './uploads.ts';

const embed = z.looseObject({
  title: z.string().max(256).optional(),
  description: z.string().max(4_096).optional(),
  fields: z
    .array(
      z.looseObject({
        name: z.string().max(256),
        value: z.string().max(1_024),
        inline: z.boolean().default(false),
      }),
    )
    .max(25)
    .optional(),
});

/** What the JSON says of a file: of `files[n]` by the number n, of one that is already there by its id. */
const attachment = z.looseObject({
  id: idField,
  filename: z.string().max(1_024).optional(),
  description: z.string().max(1_024).nullish(),
});

export const messageBody = z.object({
  content: z.string().max(2_000).nullish(),
  embeds: z.array(embed).max(10).nullish(),
  components: z
    .array(z.looseObject({ type: z.int() }))
    .max(10)
    .nullish(),
  flags: z.int().nonnegative().nullish(),
  tts: z.boolean().nullish(),
  nonce: z.union([z.int(), z.string().max(25)]).nullish(),
  message_reference: z
    .object({ message_id: idField, fail_if_not_exists: z.boolean().nullish() })
    .nullish(),
  attachments: z.array(attachment).max(10).nullish(),
});

/** Only the person who is answered sees the message. */
export const ephemeralFlag = 1 << 6;
/** The answer is still being made. */
export const loadingFlag = 1 << 7;

/** Throws when a message would hold nothing. */
export function requireSomething(
  body: z.infer<typeof messageBody>,
  files: readonly Upload[],
): void {
  const isEmpty = !body.content?.trim() && !body.embeds?.length && !body.components?.length;
  if (isEmpty && files.length === 0) throw apiError('emptyMessage');
}
