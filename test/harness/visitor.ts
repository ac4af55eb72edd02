/**
 * Somebody at a browser, without the browser: keeps cookies, follows nothing by itself, and may send whatever headers
 * and paths it likes. Goes through HTTP like everybody else.
 */
import { request } from 'node:http';
import type { ApiErrorCode, Failure, Success } from '../../shared/http.ts';

export type Answer = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  /** What a success brought; throws when it is none. */
  data<T>(): T;
  /** The code of a failure; throws when it is none. */
  errorCode(): ApiErrorCode;
  /** The `Location` header, resolved. */
  location: string;
};

export class Visitor {
  readonly cookies = new Map<string, string>();
  readonly base: string;

  constructor(base: string) {
    this.base = base;
  }

  /** A visitor who holds a copy of this one's cookies. */
  copy(): Visitor {
    const other = new Visitor(this.base);
    for (const [name, value] of this.cookies) other.cookies.set(name, value);
    return other;
  }

  async get(path: string, headers: Record<string, string | string[]> = {}): Promise<Answer> {
    return await this.send('GET', path, headers);
  }

  /** A call of the API as our own pages make it. */
  async api(path: string, method = 'GET', headers: Record<string, string> = {}): Promise<Answer> {
    return await this.send(method, path, { 'x-csrf': '1', ...headers });
  }

  /** Sends a request; `target` is a path of the base or a whole URL, sent as it is written. */
  async send(
    method: string,
    target: string,
    headers: Record<string, string | string[]> = {},
    body?: string,
  ): Promise<Answer> {
    const isOurs = !/^https?:/.test(target) || target.startsWith(this.base);
    const base = new URL(isOurs ? this.base : target);
    const path = /^https?:/.test(target) ? target.slice(base.origin.length) || '/' : target;
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return await new Promise((resolve, reject) => {
      const sent = request(
        {
          host: base.hostname,
          port: base.port,
          method,
          path,
          agent: false,
          headers: { ...(isOurs && cookie !== '' && { cookie }), ...headers },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('error', reject);
          response.once('end', () => {
            if (isOurs) this.#keep(response.headers['set-cookie'] ?? []);
            const text = Buffer.concat(chunks).toString();
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: text,
              data: <T>() => (JSON.parse(text) as Success<T>).data,
              errorCode: () => (JSON.parse(text) as Failure).error.code,
              location:
                response.headers.location === undefined
                  ? ''
                  : new URL(response.headers.location, base).href,
            });
          });
        },
      );
      sent.once('error', reject);
      sent.end(body);
    });
  }

  #keep(setCookies: string[]): void {
    for (const line of setCookies) {
      const [pair = '', ...attributes] = line.split('; ');
      const name = pair.slice(0, pair.indexOf('='));
      const value = pair.slice(pair.indexOf('=') + 1);
      const expires = attributes.find((attribute) => /^expires=/i.test(attribute))?.slice(8);
      if (expires !== undefined && Date.parse(expires) <= Date.now()) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }
}
