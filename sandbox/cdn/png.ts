/** Writes PNG files. https://www.w3.org/TR/png-3/ */
import { crc32, deflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export type Colour = readonly [red: number, green: number, blue: number];

/** A square picture of at most four colours, `size` pixels a side; `colourAt` gives a pixel's place in the palette. */
export function encodePng(
  size: number,
  palette: readonly Colour[],
  colourAt: (x: number, y: number) => number,
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([2, 3, 0, 0, 0], 8); // two bits a pixel, from a palette
  const bytesPerRow = 1 + size / 4;
  const rows = Buffer.alloc(bytesPerRow * size); // each row begins with 0: no filter
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const at = y * bytesPerRow + 1 + (x >> 2);
      rows[at] = (rows[at] ?? 0) | (colourAt(x, y) << (6 - (x & 3) * 2));
    }
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flat())),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}
