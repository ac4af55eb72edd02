/**
 * Finds what answers a request: method and path template, `:name` standing for one segment.
 *
 * A word where an id should stand is a route that is not here (`/messages/bulk-delete`), and not an id that is wrong. Only
 * the first id of a path, which says what all of it is about, may be anything.
 */

export type Found<Handler> = { handler: Handler; template: string; params: Record<string, string> };

type Route<Handler> = { method: string; template: string; parts: string[]; handler: Handler };

export class Router<Handler> {
  readonly #routes: Route<Handler>[] = [];

  /** Adds a route. Of two that fit a path, the one added first answers. */
  add(method: string, template: string, handler: Handler): this {
    this.#routes.push({ method, template, parts: template.split('/').filter(Boolean), handler });
    return this;
  }

  /** The route for a request; null when no route has the path, 'method' when one has it with another method. */
  find(method: string, segments: readonly string[]): Found<Handler> | 'method' | null {
    let pathKnown = false;
    for (const route of this.#routes) {
      const params = match(route.parts, segments);
      if (!params) continue;
      if (route.method === method) return { ...route, params };
      pathKnown = true;
    }
    return pathKnown ? 'method' : null;
  }

  /** Every route, in order, for people to read. */
  list(): { method: string; template: string }[] {
    return this.#routes.map(({ method, template }) => ({ method, template }));
  }
}

const idLike = /^(?:\d+|@me|@original)$/;

function match(
  parts: readonly string[],
  segments: readonly string[],
): Record<string, string> | null {
  if (parts.length !== segments.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith(':')) {
      if (index > 1 && part.endsWith('_id') && !idLike.test(segment)) return null;
      params[part.slice(1)] = segment;
    } else if (part !== segment) return null;
  }
  return params;
}
