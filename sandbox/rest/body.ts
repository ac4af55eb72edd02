/** Reads JSON bodies and queries against a schema, and says what is wrong in Discord's way. */
import type * as z from 'zod';
import type { Refusal } from '../http/answer.ts';
import { readJson } from '../http/read-json.ts';
import { mediaType, type SandboxRequest } from '../http/request.ts';
import { isSnowflake } from '../world/snowflake.ts';
import { apiError, formError, type FieldProblem } from './api-error.ts';

/** A JSON body as the schema reads it. Throws Discord's errors for anything else. */
export function readJsonBody<Shape extends z.ZodType>(
  request: SandboxRequest,
  shape: Shape,
): z.infer<Shape> {
  if (mediaType(request) !== 'application/json')
    throw formError([
      {
        path: [],
        code: 'CONTENT_TYPE_INVALID',
        message: 'Expected "Content-Type" header to be "application/json".',
      },
    ]);
  let value: unknown;
  try {
    value = readJson(request.body.toString('utf8'));
  } catch {
    throw apiError('invalidJson');
  }
  return judge(value, shape);
}

/** A value as the schema reads it, or "Invalid Form Body". */
export function judge<Shape extends z.ZodType>(value: unknown, shape: Shape): z.infer<Shape> {
  const parsed = shape.safeParse(value, { reportInput: true });
  if (!parsed.success) throw formError(parsed.error.issues.map(fieldProblem));
  return parsed.data;
}

/** A whole number from the query within bounds, or `fallback` where it is not given. */
export function queryNumber(
  request: SandboxRequest,
  name: string,
  { min, max, fallback }: { min: number; max: number; fallback: number },
): number {
  const text = request.query.get(name);
  if (text === null) return fallback;
  if (!/^-?\d{1,10}$/.test(text))
    throw formError([
      { path: [name], code: 'NUMBER_TYPE_COERCE', message: `Value "${text}" is not int.` },
    ]);
  const value = Number(text);
  if (value < min)
    throw formError([
      {
        path: [name],
        code: 'NUMBER_TYPE_MIN',
        message: `int value should be greater than or equal to ${min}.`,
      },
    ]);
  if (value > max)
    throw formError([
      {
        path: [name],
        code: 'NUMBER_TYPE_MAX',
        message: `int value should be less than or equal to ${max}.`,
      },
    ]);
  return value;
}

/** A refusal to be thrown for a field that is not there. */
export function missingField(name: string): Refusal {
  return formError([{ path: [name], ...required }]);
}

const required = { code: 'BASE_TYPE_REQUIRED', message: 'This field is required' };

/** An id from the query, or null. */
export function querySnowflake(request: SandboxRequest, name: string): string | null {
  const text = request.query.get(name);
  if (text !== null) requireSnowflake(name, text);
  return text;
}

/** Whether a query says yes. https://docs.discord.com/developers/reference#boolean-query-strings */
export function queryFlag(request: SandboxRequest, name: string): boolean {
  return ['true', 'True', '1'].includes(request.query.get(name) ?? '');
}

/** Throws unless a text is an id. */
export function requireSnowflake(name: string, text: string): void {
  if (!isSnowflake(text))
    throw formError([
      { path: [name], code: 'NUMBER_TYPE_COERCE', message: `Value "${text}" is not snowflake.` },
    ]);
}

function fieldProblem(issue: z.core.$ZodIssue): FieldProblem {
  const { path, message } = issue;
  if (issue.code === 'invalid_type' && issue.input === undefined) return { path, ...required };
  if (issue.code === 'too_big' || issue.code === 'too_small') {
    const bound =
      issue.code === 'too_big' ? `${issue.maximum} or fewer` : `${issue.minimum} or more`;
    const unit = issue.origin === 'string' ? ' in length' : '';
    return { path, code: 'BASE_TYPE_BAD_LENGTH', message: `Must be ${bound}${unit}.` };
  }
  if (issue.code === 'invalid_format')
    return {
      path,
      code: 'STRING_TYPE_REGEX',
      message: 'String value did not match validation regex.',
    };
  if (issue.code === 'invalid_value')
    return {
      path,
      code: 'BASE_TYPE_CHOICES',
      message: `Value must be one of {${issue.values.join(', ')}}.`,
    };
  return { path, code: 'BASE_TYPE_INVALID', message };
}
