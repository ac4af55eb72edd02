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

/** What the line of a request tells. `session` is the session's name in the log. */
export type RequestLine = {
  requestId: string;
  method: string;
  path: string;
  status: number;
  ms: number;
  session: string | undefined;
};

/**
 * Writes the line of each request to the same log. Its fields are few and fixed, and none can hold a secret, so it is
 * written as it stands: looking through it for secrets would cost more than answering the request.
 */
export function requestLines(log: Log): (line: RequestLine) => void {
  const stream = (log as unknown as Record<symbol, pino.DestinationStream>)[pino.symbols.streamSym];
  if (stream === undefined || !log.isLevelEnabled('info')) return () => undefined;
  // Handing a line over costs more than making it, so those of one turn of the event loop go together.
  let lines = '';
  const handOver = (): void => {
    stream.write(lines);
    lines = '';
  };
  return function writeRequestLine({ requestId, method, path, status, ms, session }) {
    if (lines === '') setImmediate(handOver);
    const who = session === undefined ? '' : `,"session":"${session}"`;
    lines += `{"level":30${timestamp()},"name":"bff","event":"request","request_id":"${requestId}","method":"${method}","path":${JSON.stringify(path)},"status":${status},"ms":${ms}${who},"msg":"request"}\n`;
  };
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

/** Pretty in a terminal; otherwise in small batches, so that a busy server does not wait for its log. */
function stdout(): pino.DestinationStream {
  if (process.stdout.isTTY)
    return pino.transport({ target: 'pino-pretty', options: { singleLine: true } });
  return pino.destination({ dest: 1, sync: false, minLength: 8_192, periodicFlush: 100 });
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
