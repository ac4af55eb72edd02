/** Reads JSON as Discord does: an id may come as a whole number, and no digit of it is lost. */
import * as z from 'zod';

/** An id as text, however it came. */
export const idField = z.union([z.string(), z.int().nonnegative().transform(String)]);

/**
 * JSON's value, with whole numbers past 2^53 as their own digits: JavaScript would round them, and Discord's ids are that
 * large. Throws a SyntaxError for anything that is not JSON.
 */
export function readJson(text: string): unknown {
  // TypeScript does not know the third argument yet: the text that a value was read from.
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
    const digits = context?.source ?? '';
    const isRounded = typeof value === 'number' && !Number.isSafeInteger(value);
    return isRounded && /^-?\d+$/.test(digits) ? digits : value;
  });
}
