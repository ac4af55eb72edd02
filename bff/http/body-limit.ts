import { Failure } from '../failure.ts';
import type { Middleware } from './context.ts';

const maxBodyBytes = 16 * 1024;

/** Refuses large bodies. No route reads one, so what does not say its size is refused from the first byte over. */
export function bodyLimit(): Middleware {
  return async function bodyLimit(ctx, next) {
    const said = Number(ctx.get('content-length') || 0);
    if (
      said > maxBodyBytes ||
      (ctx.get('transfer-encoding') !== '' && (await isTooLarge(ctx.req)))
    ) {
      // What is on its way is not read, so the connection can't be used again.
      ctx.set('connection', 'close');
      throw new Failure(
        'caller',
        'payload_too_large',
        `A body may have ${maxBodyBytes} bytes at the most.`,
      );
    }
    await next();
  };
}

/** Reads and drops a body of unknown size, up to the limit. */
async function isTooLarge(body: AsyncIterable<Buffer>): Promise<boolean> {
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > maxBodyBytes) return true;
    }
  } catch (cause) {
    // Reading fails only when the client hangs up, so nobody is left to read this answer.
    throw new Failure('caller', 'bad_request', 'The body did not arrive whole.', { cause });
  }
  return false;
}
