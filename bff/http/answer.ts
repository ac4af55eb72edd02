/** The envelope of every JSON answer. */
import packageJson from '../../package.json' with { type: 'json' };
import type { Failure as FailureBody, Success } from '../../shared/http.ts';
import type { Context } from './context.ts';
import type { Failure } from '../failure.ts';

/** JSON's media type, as every answer of the API has it. */
export const jsonType = 'application/json; charset=utf-8';
const tail = `,"version":${JSON.stringify(packageJson.version)}}`;

/** The body of a success. */
export function envelope<T>(data: T): string {
  return `{"data":${JSON.stringify(data)}${tail}`;
}

/** The body of a failure. */
export function failureEnvelope(error: Pick<Failure, 'code' | 'message'>): string {
  return `{"error":${JSON.stringify({ code: error.code, message: error.message } as FailureBody['error'])}${tail}`;
}

/** Answers with a body made by one of the above. */
export function answerJson(ctx: Context, body: string | Buffer): void {
  ctx.set('content-type', jsonType);
  ctx.body = body;
}

/** Answers 200 with `data` in its envelope. */
export function answer<T>(ctx: Context, data: Success<T>['data']): void {
  answerJson(ctx, envelope(data));
}
