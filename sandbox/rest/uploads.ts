/**
 * Bodies that may bring files along: JSON, or multipart with the JSON in `payload_json` and the files in `files[n]`.
 * https://docs.discord.com/developers/reference#uploading-files
 */
import type * as z from 'zod';
import { readMultipart, type Part } from '../http/multipart.ts';
import { readJson } from '../http/read-json.ts';
import { mediaType, type SandboxRequest } from '../http/request.ts';
import { apiError } from './api-error.ts';
import { judge, readJsonBody } from './body.ts';

export type Upload = {
  /** The n of `files[n]`, by which the JSON may say more of the file. */
  index: number;
  filename: string;
  contentType: string | null;
  data: Buffer;
};

const maxFiles = 10;
const maxFileBytes = 10 * 1024 * 1024;

/** What files are by their names, where the client only says that they are bytes. */
const typesByExtension: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  txt: 'text/plain; charset=utf-8',
  json: 'application/json',
};

/** The JSON as the schema reads it, and the files in order. Throws Discord's errors for anything else. */
export function readWithFiles<Shape extends z.ZodType>(
  request: SandboxRequest,
  shape: Shape,
): { body: z.infer<Shape>; files: Upload[] } {
  if (mediaType(request) !== 'multipart/form-data')
    return { body: readJsonBody(request, shape), files: [] };
  const parts = readMultipart(request.headers['content-type'] ?? '', request.body);
  if (!parts) throw apiError('invalidForm');
  const files = parts.flatMap((part) => readFile(part) ?? []);
  if (files.length > maxFiles) throw apiError('tooManyFiles');
  if (files.some(({ data }) => data.length > maxFileBytes)) throw apiError('fileTooLarge');
  return { body: judge(readPayload(parts), shape), files };
}

/** The JSON of a form. Without `payload_json` the plain fields are the body, as Discord takes them too. */
function readPayload(parts: readonly Part[]): unknown {
  const payload = parts.find(({ name }) => name === 'payload_json');
  if (!payload)
    return Object.fromEntries(
      parts
        .filter(({ filename }) => filename === null)
        .map(({ name, data }) => [name, data.toString('utf8')]),
    );
  try {
    return readJson(payload.data.toString('utf8'));
  } catch {
    throw apiError('invalidJson');
  }
}

function readFile({ name, filename, contentType, data }: Part): Upload | null {
  // `file` is the older name, for one file only.
  const index = name === 'file' ? '0' : /^files?\[(\d{1,3})\]$/.exec(name)?.[1];
  if (index === undefined || filename === null) return null;
  const extension = /\.(\w+)$/.exec(filename)?.[1]?.toLowerCase() ?? '';
  const isType = contentType !== null && /^[\w.+-]+\/[\w.+-]+(?:;[\x20-\x7e]*)?$/.test(contentType);
  const type = typesByExtension[extension] ?? (isType ? contentType : null);
  return { index: Number(index), filename, contentType: type, data };
}
