/** Asks a server on this machine, with a deadline. */
import { request } from 'node:http';

const timeoutMs = 5_000;

/** Gives status and body of the answer; undefined when none comes in time. */
export async function ask(url: string): Promise<{ status: number; body: string } | undefined> {
  return await new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const question = request(url, { agent: false, signal }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.once('close', () => resolve(undefined)); // cut off, unless it has ended before
    });
    question.on('error', () => resolve(undefined));
    question.end();
  });
}
