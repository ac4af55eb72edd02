/** The owner's accent colour, made safe to read in both themes. WCAG 2.2 §1.4.3 and §1.4.11. */

/** What is derived from one colour: the CSS variables of web/tokens.css with these names. */
type Accent = {
  accent: string;
  /** Words on the accent: black or white, whichever stands out more. */
  onAccent: string;
  /** A step away from the words on it. */
  pressed: string;
  /** The accent's hue as the colour of words, on the page and on cards, 4.5 to 1 at least. */
  inkOnLight: string;
  inkOnDark: string;
};

type Rgb = readonly [number, number, number];

/** The grounds words in the accent stand on: the one with the least contrast in each theme. */
const lightGround: Rgb = [0xf1, 0xed, 0xe7];
const darkGround: Rgb = [0x1f, 0x1b, 0x18];
const black: Rgb = [0, 0, 0];
const white: Rgb = [255, 255, 255];

/** More than the 4.5 that are asked for: grounds are tinted with the accent in places. */
const textContrast = 5;

/** Derives the colours. `colour` is `#rrggbb`. */
export function accentOf(colour: string): Accent {
  const accent = parse(colour);
  const [onAccent, awayFromIt] =
    contrast(accent, white) >= contrast(accent, black) ? [white, black] : [black, white];
  return {
    accent: format(accent),
    onAccent: format(onAccent),
    pressed: format(mix(accent, awayFromIt, 0.12)),
    inkOnLight: format(moveUntilReadable(accent, black, lightGround)),
    inkOnDark: format(moveUntilReadable(accent, white, darkGround)),
  };
}

const inkOn = (theme: string, ink: string) => `:root${theme}{--accent-ink:${ink}}`;

/** The style that puts the colours in place of those in web/tokens.css. */
export function accentStyle(colour: string): string {
  const { accent, onAccent, pressed, inkOnLight, inkOnDark } = accentOf(colour);
  return [
    `:root{--accent:${accent};--on-accent:${onAccent};--accent-pressed:${pressed}}`,
    inkOn('', inkOnLight),
    `@media (prefers-color-scheme:dark){${inkOn('', inkOnDark)}}`,
    inkOn('[data-theme=light]', inkOnLight),
    inkOn('[data-theme=dark]', inkOnDark),
  ].join('');
}

/** Contrast of two colours, 1 to 21. */
export function contrast(one: Rgb, other: Rgb): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** Moves a colour towards another in steps of 2 % until it can be read on a ground; the other end always can. */
function moveUntilReadable(colour: Rgb, towards: Rgb, ground: Rgb): Rgb {
  for (let share = 0; share < 1; share += 0.02) {
    const moved = mix(colour, towards, share);
    if (contrast(moved, ground) >= textContrast) return moved;
  }
  return towards;
}

function mix(one: Rgb, other: Rgb, share: number): Rgb {
  const at = (index: 0 | 1 | 2) => Math.round(one[index] + (other[index] - one[index]) * share);
  return [at(0), at(1), at(2)];
}

function luminance(colour: Rgb): number {
  const [red = 0, green = 0, blue = 0] = colour.map((channel) => {
    const share = channel / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Reads `#rrggbb`. */
export function parse(colour: string): Rgb {
  const at = (start: number) => Number.parseInt(colour.slice(start, start + 2), 16);
  return [at(1), at(3), at(5)];
}

function format(colour: Rgb): string {
  return `#${colour.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}
