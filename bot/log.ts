/** The bot's log: one JSON line an event, readable ones in a terminal, and never the token. */
import { pino } from 'pino';
import { openLogOutput } from '../shared/log-output.ts';

export type Logger = pino.Logger;

/**
 * Makes the log. Fields that usually hold a secret are censored by name; `secret` itself is struck from every line
 * whatever field, message or stack it came in, since errors of other people's code may carry it anywhere.
 */
export function createLog(level: string, secret: string): Logger {
  const inJson = JSON.stringify(secret).slice(1, -1);
  return pino(
    {
      name: 'bot',
      level,
      base: { name: 'bot' },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: ['token', '*.token', 'authorization', '*.authorization', 'err.requestBody'],
      hooks: { streamWrite: (line) => line.replaceAll(inJson, '[redacted]') },
    },
    openLogOutput('bot'),
  );
}
