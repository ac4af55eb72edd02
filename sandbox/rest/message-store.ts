/** The messages of channels, the newest few of each. */
import type { z } from 'zod';
import { nextSnowflake, snowflakeTime } from '../world/snowflake.ts';
import type { UserPayload } from '../payloads/user.ts';
import type { Attachment } from './attachment-store.ts';
import type { messageBody } from './message-body.ts';

/** How many messages a channel keeps. */
const maxKept = 200;

/** A message as Discord describes it. https://docs.discord.com/developers/resources/message */
export type Message = {
  id: string;
  channel_id: string;
  type: number;
  author: UserPayload;
  content: string;
  embeds: object[];
  components: object[];
  attachments: Attachment[];
  mentions: UserPayload[];
  mention_roles: string[];
  mention_everyone: boolean;
  timestamp: string;
  edited_timestamp: string | null;
  flags: number;
  pinned: boolean;
  tts: boolean;
  nonce?: string | number;
  message_reference?: { type: 0; channel_id: string; message_id: string; guild_id: string };
  application_id?: string;
  webhook_id?: string;
  interaction_metadata?: object;
};

export class MessageStore {
  readonly #channels = new Map<string, Message[]>();
  readonly #pinnedAt = new WeakMap<Message, string>();

  clear(): void {
    this.#channels.clear();
  }

  /** Writes a message. Whom it mentions is the caller's to say. */
  create(
    channelId: string,
    author: UserPayload,
    body: Pick<z.infer<typeof messageBody>, 'content' | 'embeds' | 'components' | 'flags' | 'tts'>,
    more: Partial<Message> = {},
  ): Message {
    const id = nextSnowflake();
    const message: Message = {
      id,
      channel_id: channelId,
      type: 0,
      author,
      content: body.content ?? '',
      embeds: (body.embeds ?? []).map(richEmbed),
      components: numberComponents(body.components ?? []),
      attachments: [],
      mentions: [],
      mention_roles: [],
      mention_everyone: false,
      timestamp: new Date(snowflakeTime(id)).toISOString(),
      edited_timestamp: null,
      flags: body.flags ?? 0,
      pinned: false,
      tts: body.tts ?? false,
      ...more,
    };
    const messages = this.#channels.get(channelId) ?? [];
    messages.push(message);
    if (messages.length > maxKept) messages.shift();
    this.#channels.set(channelId, messages);
    return message;
  }

  /** Changes what a message says; fields that are not given stay. `added` are the files that came along. */
  edit(message: Message, body: z.infer<typeof messageBody>, added: Attachment[]): Message {
    if (body.content !== undefined) message.content = body.content ?? '';
    if (body.embeds) message.embeds = body.embeds.map(richEmbed);
    if (body.components) message.components = numberComponents(body.components);
    // A list of attachments names those that stay.
    const stay = body.attachments?.map(({ id }) => id);
    const old = message.attachments.filter(({ id }) => stay?.includes(id) ?? true);
    message.attachments = [...old, ...added];
    message.edited_timestamp = new Date().toISOString();
    return message;
  }

  find(channelId: string, id: string): Message | null {
    return this.#channels.get(channelId)?.find((message) => message.id === id) ?? null;
  }

  /** A channel's messages, oldest first. */
  list(channelId: string): readonly Message[] {
    return this.#channels.get(channelId) ?? [];
  }

  /** A channel's pinned messages, the last pinned first. */
  pins(channelId: string): { pinned_at: string; message: Message }[] {
    return this.list(channelId)
      .flatMap((message) => {
        const pinned_at = this.#pinnedAt.get(message);
        return pinned_at === undefined ? [] : [{ pinned_at, message }];
      })
      .toSorted((left, right) => right.pinned_at.localeCompare(left.pinned_at));
  }

  setPinned(message: Message, pinned: boolean): void {
    message.pinned = pinned;
    if (pinned) this.#pinnedAt.set(message, new Date().toISOString());
    else this.#pinnedAt.delete(message);
  }

  delete({ channel_id, id }: Message): void {
    const messages = this.list(channel_id).filter((message) => message.id !== id);
    this.#channels.set(channel_id, messages);
  }
}

/** An embed as answered: what a bot writes is always of the rich kind. */
function richEmbed(embed: object): object {
  return { type: 'rich', ...embed };
}

/** Components as answered: each with a number, those inside counted along. */
function numberComponents(components: readonly object[]): object[] {
  let next = 1;
  const number = (component: object): object => ({
    id: next++,
    ...component,
    ...('components' in component && Array.isArray(component.components)
      ? { components: component.components.map(number) }
      : {}),
  });
  return components.map(number);
}
