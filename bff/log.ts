/**
 * The BFF's log: one JSON line an event, pretty in a terminal. What must never be written is kept out at the source
 * (errors are mapped before they get here); the redaction below is the net under it.
 */
import { type Logger, pino } from 'pino';

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
export function createLog(level: string, destination: pino.DestinationStream = stdout()): Log {
  return pino(
    {
      ...common(level),
      redact: {
        paths: secretNames.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]),
        censor: '[redacted]',
      },
      serializers: { err: errorFields },
    },
    destination,
  );
}

/**
 * The same log for the line of each request. Its fields are few and fixed, and none can hold a secret; looking through
 * them for one would cost more than answering the request.
 */
export function requestLines(log: Log): Log {
  return pino(common(log.level), (log as unknown as Record<symbol, pino.DestinationStream>)[pino.symbols.streamSym]);
}

function common(level: string): pino.LoggerOptions {
  return { name: 'bff', level, timestamp: pino.stdTimeFunctions.isoTime };
}

/** Pretty in a terminal; otherwise in small batches, so that a busy server does not wait for its log. */
function stdout(): pino.DestinationStream {
  if (process.stdout.isTTY)
    return pino.transport({ target: 'pino-pretty', options: { ignore: 'pid,hostname' } });
  return pino.destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: 100 });
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
