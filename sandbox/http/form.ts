/** Form bodies and queries in which each parameter may appear once. */
import { mediaType, type SandboxRequest } from './request.ts';

/** A form's fields, or null when the body is not a form. */
export function readForm(request: SandboxRequest): URLSearchParams | null {
  if (mediaType(request) !== 'application/x-www-form-urlencoded') return null;
  return new URLSearchParams(request.body.toString('utf8'));
}

/** The first parameter that is given more than once, or null. RFC 6749 §3.1 and §3.2 forbid repeating one. */
export function repeatedParameter(parameters: URLSearchParams): string | null {
  const seen = new Set<string>();
  for (const name of parameters.keys()) {
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return null;
}

/** A parameter's value; null when it is missing or empty, which RFC 6749 §3.1 treats alike. */
export function parameter(parameters: URLSearchParams, name: string): string | null {
  return parameters.get(name) || null;
}
