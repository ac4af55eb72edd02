/** HTML in which every value is escaped unless it is itself markup made here. */
class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
export type { Markup };

type Value = Markup | readonly Markup[] | string | number | null;

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A template tag: strings and numbers are escaped, markup is not, null is nothing. */
export function markup(strings: TemplateStringsArray, ...values: Value[]): Markup {
  return new Markup(String.raw({ raw: strings }, ...values.map(render)));
}

/** An attribute's name, with a space before it, where a condition holds. */
export function flag(name: 'checked' | 'selected' | 'disabled', holds: boolean): Markup {
  return new Markup(holds ? ` ${name}` : '');
}

/** Our own style or script, which is not HTML and must not be escaped. Never a value from outside. */
export function verbatim(text: string): Markup {
  return new Markup(text);
}

function render(value: Value): string {
  if (value === null) return '';
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map((item: Markup) => item.text).join('');
  return String(value).replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
