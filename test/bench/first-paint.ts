/**
 * How soon the first page stands on a slow line and a slow telephone, beside a page of one sentence served in the same
 * minute: 1.6 Mbit/s, 150 ms there and back, a processor four times slower. Runnable alone: `node test/bench/first-paint.ts`,
 * after `npm run build`.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { paths } from '../../shared/pages.ts';
import { launchBrowser, layoutShift, openProfile, seesFreshness } from '../harness/browser.ts';
import { startProduct } from '../harness/processes.ts';
import { type BenchRow, spread } from './row.ts';

const rounds = 9;
const line = { latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };
const slowness = 4;

const sentence =
  '<!doctype html><html lang="en"><meta charset="utf-8">' +
  '<meta name="viewport" content="width=device-width"><title>Bot</title>' +
  '<p>The bot is active in <strong>128</strong> servers.</p></html>';

type Paints = { firstMs: number; largestMs: number; shift: number };

/** First and largest contentful paint, as ratios to those of the sentence. Throws when anything on the page moved. */
export async function benchFirstPaint(): Promise<BenchRow[]> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(sentence);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const reference = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const product = await startProduct({ SANDBOX_GUILDS: '128' });
  const browser = await launchBrowser();
  try {
    await product.ready();
    const page = product.url + paths.dashboard;
    await measure(browser, page, true); // the first of each warms what is warm for every later visitor
    await measure(browser, reference, false);
    const ours: Paints[] = [];
    const theirs: Paints[] = [];
    for (let round = 0; round < rounds; round += 1) {
      ours.push(await measure(browser, page, true));
      theirs.push(await measure(browser, reference, false));
    }
    const moved = ours.find(({ shift }) => shift > 0);
    if (moved) throw new Error(`the page moved: a layout shift of ${moved.shift}`);
    return [
      row('first contentful paint / a page of one sentence', 2, ours, theirs, 'firstMs'),
      row('largest contentful paint / a page of one sentence', 2.5, ours, theirs, 'largestMs'),
    ];
  } finally {
    await browser.close();
    await product.stop();
    server.close();
  }
}

function row(
  name: string,
  atMost: number,
  ours: Paints[],
  theirs: Paints[],
  which: 'firstMs' | 'largestMs',
): BenchRow {
  const [mine, reference] = [ours, theirs].map((paints) => spread(paints.map((one) => one[which])));
  if (!mine || !reference) throw new Error('nothing was measured');
  return {
    name,
    unit: 'ms',
    goal: atMost,
    lessIsBetter: true,
    ours: mine,
    reference,
    ratio: mine.median / reference.median,
  };
}

/** One visit of somebody new. `isOurs`: the page is looked at until its script has taken over and the count is live. */
async function measure(browser: Browser, url: string, isOurs: boolean): Promise<Paints> {
  const context = await openProfile(browser, url, {
    width: 390,
    height: 844,
    touch: true,
    scale: 2,
  });
  context.setDefaultTimeout(60_000);
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions', { offline: false, ...line });
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowness });
    await page.goto(url);
    if (isOurs) await seesFreshness(page, 'live');
    const [firstMs, largestMs] = await page.evaluate(
      () =>
        new Promise<[number, number]>((resolve) => {
          // The largest paint is told after the first, so both are there.
          new PerformanceObserver((list) => {
            const [first] = performance.getEntriesByName('first-contentful-paint');
            const largest = list.getEntries().at(-1);
            if (first && largest) resolve([first.startTime, largest.startTime]);
          }).observe({ type: 'largest-contentful-paint', buffered: true });
        }),
    );
    return { firstMs, largestMs, shift: await layoutShift(page) };
  } finally {
    await context.close();
  }
}

const whole = ({ median, min, max }: BenchRow['ours']) =>
  `${Math.round(median)} (${Math.round(min)} to ${Math.round(max)})`;

if (import.meta.main) {
  console.table(
    (await benchFirstPaint()).map(({ name, ours, reference, ratio, goal }) => ({
      name,
      'ours, ms': whole(ours),
      'reference, ms': whole(reference),
      ratio: Number(ratio.toFixed(2)),
      'at most': goal,
    })),
  );
}
