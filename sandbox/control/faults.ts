/** Faults that tests and the curious set: the next requests to a path fail, wait, or lose their connection. */
import * as z from 'zod';
import type { Answer } from '../http/answer.ts';
import { nextSnowflake } from '../world/snowflake.ts';

/** setTimeout cannot wait longer; about 24 days, which is for ever here. */
const maxDelayMs = 2_147_483_647;

export const faultBody = z.strictObject({
  /** Any method when absent. */
  method: z.string().toUpperCase().optional(),
  /** A whole path, or the beginning of paths when it ends with `*`. The query does not count. */
  path: z.string().startsWith('/'),
  /** Absent with no body: the request is answered as usual, after the delay. */
  status: z.int().min(200).max(599).optional(),
  headers: z.record(z.string().regex(/^[\w-]+$/), z.string().regex(/^[^\r\n]*$/)).optional(),
  /** A string is sent as it is, anything else as JSON. */
  body: z.json().optional(),
  delay_ms: z.int().nonnegative().max(maxDelayMs).optional(),
  /** Cuts the connection instead of answering. */
  reset: z.boolean().optional(),
  /** How often; until it is cleared when absent. */
  times: z.int().positive().optional(),
});

export type Fault = z.infer<typeof faultBody> & { id: string; hits: number };

export class Faults {
  #faults: Fault[] = [];

  clear(): void {
    this.#faults = [];
  }

  list(): readonly Fault[] {
    return this.#faults;
  }

  add(body: z.infer<typeof faultBody>): Fault {
    const fault = { ...body, id: nextSnowflake(), hits: 0 };
    this.#faults.push(fault);
    return fault;
  }

  /** The fault that befalls a request, the one set first before others; it counts as used. */
  take(method: string, path: string): Fault | null {
    const fault = this.#faults.find(
      (one) =>
        (one.method ?? method) === method &&
        (one.times === undefined || one.hits < one.times) &&
        (one.path.endsWith('*') ? path.startsWith(one.path.slice(0, -1)) : path === one.path),
    );
    if (fault) fault.hits += 1;
    return fault ?? null;
  }
}

/** What a fault answers instead of the sandbox; null when it only delays. */
export function faultAnswer({ status, headers, body }: Fault): Answer | null {
  if (status === undefined && body === undefined) return null;
  const isText = typeof body === 'string';
  return {
    status: status ?? 200,
    headers: { 'content-type': isText ? 'text/html' : 'application/json', ...lowerCase(headers) },
    body: body === undefined ? '' : isText ? body : JSON.stringify(body),
  };
}

function lowerCase(headers: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
