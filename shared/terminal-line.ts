/** Makes a line of the log readable for whoever sits at the terminal it is written to. */
import { styleText } from 'node:util';

const warning = 40;
const failure = 50;

/** Fields that are said otherwise, or that nobody reads at a terminal. */
const unsaid = new Set(['level', 'time', 'name', 'msg', 'event', 'err', 'request_id']);

type Line = {
  level: number;
  time: string;
  name: string;
  msg?: string;
  event?: string;
  err?: { message?: string; stack?: string };
  [field: string]: unknown;
};

/**
 * Takes a JSON line and gives one for people: the time, the process, what happened, and what is known of it. A request
 * is `GET /api/guilds 200 12 ms`. A stack follows only where something of ours has failed.
 */
export function terminalLine(json: string): string {
  let line: Line;
  try {
    line = JSON.parse(json) as Line;
  } catch {
    return json; // not ours, so it stays as it is
  }
  const { level, time, name, err } = line;
  const clock = new Date(time).toTimeString().slice(0, 8);
  const head = `${styleText('dim', clock)} ${styleText('cyan', name.padEnd(3))}`;
  const text = line.event === 'request' ? requestText(line) : eventText(line);
  if (level < failure || err?.stack === undefined) return `${head} ${text}\n`;
  const stack = err.stack.split('\n').map((frame) => `    ${harmless(frame)}\n`);
  return `${head} ${text}\n${styleText('dim', stack.join(''))}`;
}

function requestText({ method, path, status, ms }: Line): string {
  const color = Number(status) >= 500 ? 'red' : Number(status) >= 400 ? 'yellow' : 'green';
  return `${String(method)} ${harmless(String(path))} ${styleText(color, String(status))} ${styleText('dim', `${String(ms)} ms`)}`;
}

function eventText(line: Line): string {
  const { level, msg = line.event ?? '', err } = line;
  const color = level >= failure ? 'red' : level >= warning ? 'yellow' : undefined;
  const said = harmless(msg);
  const details = Object.entries(line)
    .filter(([field, value]) => !unsaid.has(field) && value !== undefined)
    .map(
      ([field, value]) => `${field}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    );
  if (err?.message !== undefined && !(level >= failure)) details.unshift(err.message);
  const detail = details.length === 0 ? '' : ` ${styleText('dim', harmless(details.join(' ')))}`;
  return `${color === undefined ? said : styleText(color, said)}${detail}`;
}

/** Without the control characters that a terminal would obey; some of them come from whoever sends us a request. */
function harmless(text: string): string {
  return text.replaceAll(
    /\p{Cc}/gu,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
