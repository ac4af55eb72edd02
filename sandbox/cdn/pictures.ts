/** The CDN: pictures drawn from their own hash when they are asked for. https://docs.discord.com/developers/reference#image-formatting */
import { json, type Answer } from '../http/answer.ts';
import type { SandboxRequest } from '../http/request.ts';
import { applicationIcon } from '../payloads/application.ts';
import { botAvatar } from '../payloads/user.ts';
import type { State } from '../state.ts';
import { hash } from '../world/hash.ts';
import { isSnowflake } from '../world/snowflake.ts';
import { encodePng, type Colour } from './png.ts';

const defaultSize = 128;
/** Larger sizes are drawn this large, so that a picture stays cheap. */
const maxDrawnSize = 512;
const sizes = new Set(['16', '32', '64', '128', '256', '512', '1024', '2048', '4096']);

/** Answers a request whose path, below `/cdn`, is `segments`. Every format is answered as PNG. */
export function answerPicture(state: State, request: SandboxRequest, segments: string[]): Answer {
  if (request.method !== 'GET') return plain(405, 'Method Not Allowed');
  const [, stem] = /^(.+)\.(?:png|webp|jpg|jpeg|gif)$/.exec(segments.at(-1) ?? '') ?? [];
  if (stem === undefined || !exists(state, [...segments.slice(0, -1), stem]))
    return plain(404, 'Not Found');
  const asked = request.query.get('size');
  if (asked !== null && !sizes.has(asked))
    return json(400, { message: 'Invalid resource', code: 50035 });
  const size = asked === null ? defaultSize : Math.min(Number(asked), maxDrawnSize);
  const isDefaultAvatar = segments[0] === 'embed';
  return {
    status: 200,
    headers: {
      'content-type': 'image/png',
      'cache-control': 'public, max-age=31536000, immutable',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
    },
    // Default avatars ignore the size.
    body: draw(stem, isDefaultAvatar ? defaultSize : size),
  };
}

/** Whether someone or something has this very picture. */
function exists(state: State, [kind, ...rest]: string[]): boolean {
  const [id = '', picture = ''] = rest;
  const isPair = rest.length === 2;
  switch (kind) {
    case 'icons':
      return isPair && state.world.guilds.get(id)?.icon === picture;
    case 'avatars': {
      if (id === state.config.clientId) return isPair && picture === botAvatar;
      return isPair && isSnowflake(id) && state.world.person(id)?.avatar === picture;
    }
    case 'app-icons':
      return isPair && id === state.config.clientId && picture === applicationIcon;
    case 'embed':
      return isPair && id === 'avatars' && /^[0-5]$/.test(picture);
    default:
      return false; // banners among them: nobody here has one
  }
}

/** A picture of eight by eight fields, the left half mirrored: no two look alike, and none looks like noise. */
function draw(key: string, size: number): Buffer {
  const hue = hash(`hue ${key}`) % 360;
  const palette = [
    colour(hue, 0.45, 0.9),
    colour(hue, 0.55, 0.55),
    colour(hue + 40, 0.6, 0.45),
    colour(hue + 200, 0.35, 0.3),
  ];
  const fields = Array.from({ length: 32 }, (_, index) => {
    const value = hash(`${index} ${key}`) % 8;
    return value < 4 ? 0 : value - 4;
  });
  const scale = size / 8;
  return encodePng(size, palette, (x, y) => {
    const column = Math.floor(x / scale);
    return fields[Math.floor(y / scale) * 4 + Math.min(column, 7 - column)] ?? 0;
  });
}

/** A colour by hue (degrees), saturation and lightness (0 to 1). */
function colour(hue: number, saturation: number, lightness: number): Colour {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const part = (offset: number) => {
    const k = (offset + hue / 30) % 12;
    return Math.round(255 * (lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [part(0), part(8), part(4)];
}

function plain(status: number, text: string): Answer {
  return { status, headers: { 'content-type': 'text/plain' }, body: text };
}
