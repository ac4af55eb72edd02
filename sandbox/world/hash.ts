/** A 32-bit FNV-1a hash: the sandbox's source of variety that is the same on every run. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value ^= text.charCodeAt(i);
    value = Math.imul(value, 0x01000193);
  }
  return value >>> 0;
}

/** One of the items, always the same for the same key. */
export function pick<T>(items: readonly [T, ...T[]], key: string): T {
  return items[hash(key) % items.length] ?? items[0];
}

/** Thirty-two hexadecimal digits, as picture hashes have, always the same for the same key. */
export function pictureHash(key: string): string {
  return [0, 1, 2, 3].map((part) => hash(`${part}:${key}`).toString(16).padStart(8, '0')).join('');
}
