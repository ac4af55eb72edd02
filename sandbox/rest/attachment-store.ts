/** The files that messages carry, the newest of them. Their bytes are served by the CDN. */
import { nextSnowflake } from '../world/snowflake.ts';
import type { z } from 'zod';
import type { messageBody } from './message-body.ts';
import type { Upload } from './uploads.ts';

/** How many bytes are kept in all; the oldest files make room. */
const maxBytes = 64 * 1024 * 1024;

/** A file in a message. https://docs.discord.com/developers/resources/message#attachment-object */
export type Attachment = {
  id: string;
  filename: string;
  title?: string;
  description?: string;
  content_type?: string;
  size: number;
  url: string;
  proxy_url: string;
};

export type StoredFile = { contentType: string | null; data: Buffer };

export class AttachmentStore {
  readonly #cdnUrl: string;
  readonly #files = new Map<string, StoredFile>();
  #bytes = 0;

  /** `cdnUrl` is where the CDN answers, without a slash at the end. */
  constructor(cdnUrl: string) {
    this.#cdnUrl = cdnUrl;
  }

  clear(): void {
    this.#files.clear();
    this.#bytes = 0;
  }

  /** Keeps the files of a message in a channel and describes them; `said` is what its JSON says of each. */
  add(
    channelId: string,
    files: readonly Upload[],
    said: z.infer<typeof messageBody>['attachments'],
  ): Attachment[] {
    return files.map((file) => {
      const about = said?.find(({ id }) => id === String(file.index));
      return this.#keep(
        channelId,
        { ...file, ...(about?.filename && { filename: about.filename }) },
        about?.description ?? null,
      );
    });
  }

  /** A file by its path below `/cdn/attachments`, or null. */
  find(path: string): StoredFile | null {
    return this.#files.get(path) ?? null;
  }

  #keep(
    channelId: string,
    { filename, contentType, data }: Upload,
    description: string | null,
  ): Attachment {
    const id = nextSnowflake();
    const safeName = filename.replace(/[^\w.-]+/g, '_');
    const path = `${channelId}/${id}/${safeName}`;
    // A copy: the upload is a part of its request's whole body.
    this.#files.set(path, { contentType, data: Buffer.from(data) });
    this.#bytes += data.length;
    this.#makeRoom();
    const url = `${this.#cdnUrl}/attachments/${path}`;
    return {
      id,
      filename: safeName,
      ...(safeName === filename ? {} : { title: filename }),
      ...(description === null ? {} : { description }),
      ...(contentType === null ? {} : { content_type: contentType }),
      size: data.length,
      url,
      proxy_url: url,
    };
  }

  #makeRoom(): void {
    for (const [path, { data }] of this.#files) {
      if (this.#bytes <= maxBytes) return;
      this.#files.delete(path);
      this.#bytes -= data.length;
    }
  }
}
