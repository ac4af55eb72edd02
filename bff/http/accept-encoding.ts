/** Which coding a client gets. RFC 9110 §12.5.3. */

/** The codings an answer may lie ready in, the smallest first. */
export const codings = ['br', 'gzip', 'identity'] as const;
export type Coding = (typeof codings)[number];

/**
 * Picks the coding the client likes best; of those it likes alike, the smallest. A client that rules out everything there
 * is gets the bytes as they are, which the RFC allows (§12.4.1) and which helps more than a 406.
 * @param header `Accept-Encoding`; absent or empty means no coding
 */
export function pickCoding(header: string, available: readonly Coding[]): Coding {
  const weights = readWeights(header);
  const weightOf = (coding: Coding): number =>
    weights.get(coding) ??
    // What is not named is covered by `*`. Without it nothing is sent but the bytes themselves, and those only just.
    weights.get('*') ??
    (coding === 'identity' ? Number.MIN_VALUE : 0);
  let best: Coding = 'identity';
  let bestWeight = 0;
  for (const coding of codings) {
    if (!available.includes(coding) || weightOf(coding) <= bestWeight) continue;
    best = coding;
    bestWeight = weightOf(coding);
  }
  return best;
}

const member = /^([!#$%&'*+.^_`|~\w-]+)(?:\s*;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/i;

/** Each coding's weight by its name in lower case. What is no coding with a weight is as if it were not there. */
function readWeights(header: string): Map<string, number> {
  const weights = new Map<string, number>();
  for (const part of header.split(',')) {
    const [, name, weight = '1'] = member.exec(part.trim()) ?? [];
    if (name === undefined) continue;
    // Old clients say x-gzip (§8.4.1.3).
    weights.set(name.toLowerCase().replace(/^x-/, ''), Number(weight));
  }
  return weights;
}
