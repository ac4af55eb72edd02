/** What start.ts says itself, between the lines of the processes it runs. Never waits for whoever reads it. */
import { openLineOutput } from '../shared/log-output.ts';

const lossLine = (lines: number): string =>
  `${lines} lines could not be written here and are lost\n`;
const output = openLineOutput(1, lossLine);
const errors = openLineOutput(2, lossLine);

/** Says what there is to know. */
export function say(text: string): void {
  output.write(`${text}\n`);
}

/** Says what is wrong. */
export function complain(text: string): void {
  errors.write(`${text}\n`);
}
