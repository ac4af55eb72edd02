/**
 * The BFF's log: one JSON line an event, readable ones in a terminal. What must never be written is kept out at the
 * source (errors are mapped before they get here); the redaction below is the net under it.
 */
import { type Logger, pino } from 'pino';
import { openLogOutput } from '../shared/log-output.ts';

export type Log = Logger;

/** Names under which a secret could slip in, at the top of a line or one level down. */
const secretNames = [
  'access_token',
  'refresh_token',
  'client_secret',
  'authorization_code',
  'code_verifier',
  'state',
  'token',
  'cookie',
  'authorization',
  'email',
  'password',
  'set-cookie',
];

/** Opens the log. `destination` is where it is written: stdout, unless a test wants to read it. */
export function createLog(
  level: string,
  destination: pino.DestinationStream = openLogOutput('bff'),
): Log {
  return pino(
    {
      name: 'bff',
      base: {},
      level,
      timestamp,
      redact: {
        paths: secretNames.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]),
        censor: '[redacted]',
      },
      serializers: { err: errorFields },
    },
    destination,
  );
}

let lastMs = 0;
let lastText = '';

/** ISO 8601 in UTC with milliseconds, written once for all lines of a millisecond. */
function timestamp(): string {
  const now = Date.now();
  if (now !== lastMs) {
    lastMs = now;
    lastText = `,"time":"${new Date(now).toISOString()}"`;
  }
  return lastText;
}

/** What of an error is written: never its other properties, which may hold a request with its headers and form. */
function errorFields(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' && { code }),
    stack: error.stack,
    ...(error.cause !== undefined && { cause: errorFields(error.cause) }),
  };
}
