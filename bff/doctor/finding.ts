/** What the doctor found: what was looked at, what it saw, and how to mend it when it is not as it should be. */
export type Finding =
  | { state: 'good'; checked: string; found: string }
  | { state: 'doubtful' | 'bad'; checked: string; found: string; mend: string };

/** Says that all is well. */
export function good(checked: string, found: string): Finding {
  return { state: 'good', checked, found };
}

/** Says what may be meant so, and how to change it. */
export function doubtful(checked: string, found: string, mend: string): Finding {
  return { state: 'doubtful', checked, found, mend };
}

/** Says what will not work, and how to mend it. */
export function bad(checked: string, found: string, mend: string): Finding {
  return { state: 'bad', checked, found, mend };
}
