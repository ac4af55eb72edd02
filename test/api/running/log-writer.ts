/** A process that does nothing but write to its log: `lines` lines of a hundred bytes a second, until it is told to stop. */
import { openLogOutput } from '../../../shared/log-output.ts';

const perSecond = Number(process.argv[2]);
const output = openLogOutput('log-writer');
let written = 0;

setInterval(() => {
  for (let line = 0; line < perSecond / 50; line += 1)
    output.write(`${JSON.stringify({ number: (written += 1), filling: 'x'.repeat(60) })}\n`);
}, 20);
process.on('SIGTERM', () => {
  output.write(`${JSON.stringify({ number: (written += 1), msg: 'the last line' })}\n`);
  process.exit(0);
});
