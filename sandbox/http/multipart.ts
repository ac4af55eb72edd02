/** Takes multipart/form-data apart. RFC 7578 */
import { Buffer } from 'node:buffer';

export type Part = {
  name: string;
  /** Null for a plain field. */
  filename: string | null;
  contentType: string | null;
  data: Buffer;
};

const emptyLine = '\r\n\r\n';

/** The parts of a body, in order; null when it is not whole, or `contentType` names no boundary. */
export function readMultipart(contentType: string, body: Buffer): Part[] | null {
  const [, quoted, bare] =
    /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) return null;
  // Every delimiter begins with a line break, but for the first, which may begin the body.
  const whole = Buffer.concat([Buffer.from('\r\n'), body]);
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const parts: Part[] = [];
  let start = whole.indexOf(delimiter);
  for (;;) {
    if (start === -1) return null;
    start += delimiter.length;
    if (whole.toString('latin1', start, start + 2) === '--') return parts;
    const end = whole.indexOf(delimiter, start);
    const headEnd = whole.indexOf(emptyLine, start);
    if (end === -1 || headEnd === -1 || headEnd > end) return null;
    const part = readHead(whole.toString('utf8', start, headEnd));
    if (!part) return null;
    parts.push({ ...part, data: whole.subarray(headEnd + emptyLine.length, end) });
    start = end;
  }
}

function readHead(head: string): Omit<Part, 'data'> | null {
  const disposition = headerOf(head, 'content-disposition');
  const name = disposition === null ? null : attribute(disposition, 'name');
  if (disposition === null || name === null) return null;
  return {
    name,
    filename: attribute(disposition, 'filename'),
    contentType: headerOf(head, 'content-type'),
  };
}

function headerOf(head: string, name: string): string | null {
  const line = head.split('\r\n').find((one) => one.toLowerCase().startsWith(`${name}:`));
  return line === undefined ? null : line.slice(name.length + 1).trim();
}

function attribute(header: string, name: string): string | null {
  const [, quoted, bare] =
    new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^\\s;]+))`, 'i').exec(header) ?? [];
  // Browsers and Node write a quote in a name as %22.
  return quoted?.replaceAll('%22', '"') ?? bare ?? null;
}
