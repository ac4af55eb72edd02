/** A line of the benchmark's table: ours beside a reference, measured in turns in the same minute. */
export type Spread = { median: number; min: number; max: number };

export type BenchRow = {
  name: string;
  unit: string;
  ours: Spread;
  reference: Spread;
  /** Of the medians. */
  ratio: number;
  /** The least the ratio should be; the most where less is better. */
  goal: number;
  lessIsBetter?: boolean;
};

/** Median and ends of some measurements. */
export function spread(samples: number[]): Spread {
  const sorted = samples.toSorted((a, b) => a - b);
  return {
    median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
    min: sorted[0] ?? Number.NaN,
    max: sorted.at(-1) ?? Number.NaN,
  };
}

/** Measures the two in turns, so that what else the machine does meets both, and makes a row of it. */
export async function compare(
  about: Pick<BenchRow, 'name' | 'unit' | 'goal'> & { rounds: number },
  measureOurs: () => Promise<number>,
  measureReference: () => Promise<number>,
): Promise<BenchRow> {
  const ours: number[] = [];
  const reference: number[] = [];
  await measureOurs(); // once before it counts, for both: the first time is spent on compiling
  await measureReference();
  for (let round = 0; round < about.rounds; round += 1) {
    // Whoever comes second finds the machine warmer, so they take turns at that too.
    if (round % 2 === 1) reference.push(await measureReference());
    ours.push(await measureOurs());
    if (round % 2 === 0) reference.push(await measureReference());
  }
  const { rounds: _, ...rest } = about;
  return {
    ...rest,
    ours: spread(ours),
    reference: spread(reference),
    ratio: spread(ours).median / spread(reference).median,
  };
}
