/** What was asked of the sandbox, without the secrets that came along. Oldest entries make room for new ones. */
import { mediaType, type SandboxRequest } from '../http/request.ts';

const maxEntries = 1_000;

export type JournalEntry = {
  time: string;
  method: string;
  path: string;
  query: Record<string, string>;
  /** Null while it is being answered, or when its connection was lost before. */
  status: number | null;
  /** The request's body. */
  body: unknown;
  header_names: string[];
  /** `Basic`, `Bearer` or `Bot`; null without an Authorization header. */
  authorization_scheme: string | null;
  user_agent: string | null;
};

/** What stands where a secret was. */
const redacted = '[redacted]';

/** Names whose values open something. `state` is the client's own secret until its login ends. */
const secretNames = new Set([
  'code',
  'state',
  'nonce',
  'token',
  'access_token',
  'refresh_token',
  'client_secret',
  'code_verifier',
  'password',
]);

export class Journal {
  #entries: JournalEntry[] = [];

  clear(): void {
    this.#entries = [];
  }

  list(): readonly JournalEntry[] {
    return this.#entries;
  }

  /** Writes a request down. The entry's status is set when it is answered. */
  record(request: SandboxRequest): JournalEntry {
    const { authorization } = request.headers;
    const entry: JournalEntry = {
      time: new Date().toISOString(),
      method: request.method,
      path: redactPath(request.segments),
      query: redactFields(request.query),
      status: null,
      body: redactBody(request),
      header_names: Object.keys(request.headers),
      authorization_scheme: authorization?.split(' ')[0] ?? null,
      user_agent: request.headers['user-agent'] ?? null,
    };
    this.#entries.push(entry);
    if (this.#entries.length > maxEntries) this.#entries.shift();
    return entry;
  }
}

/** Interaction tokens ride in the path: after `/webhooks/:id` and `/interactions/:id`. */
function redactPath(segments: readonly string[]): string {
  const hidden = segments.map((segment, index) =>
    ['webhooks', 'interactions'].includes(segments[index - 2] ?? '') ? redacted : segment,
  );
  return `/${hidden.join('/')}`;
}

function redactFields(fields: URLSearchParams): Record<string, string> {
  return Object.fromEntries(
    [...fields].map(([name, value]) => [name, secretNames.has(name) ? redacted : value]),
  );
}

function redactBody(request: SandboxRequest): unknown {
  if (request.body.length === 0) return null;
  const text = request.body.toString('utf8');
  if (mediaType(request) === 'application/x-www-form-urlencoded')
    return redactFields(new URLSearchParams(text));
  try {
    return redactValue(JSON.parse(text));
  } catch {
    // Neither a form nor JSON: it may hold anything, so only its size is kept.
    return `${request.body.length} bytes`;
  }
}

function redactValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redactValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      secretNames.has(name) ? redacted : redactValue(inner),
    ]),
  );
}
