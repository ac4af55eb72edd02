/** What the first page costs, and that no page asks for more than the content security policy gives. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { paths } from '../../web/paths.ts';
import {
  layoutShift,
  openMenu,
  seesFreshness,
  seesProblem,
  signIn,
  useProductAndBrowser,
} from '../harness/browser.ts';

const world = useProductAndBrowser();

const longestScriptBytes = 140 * 1024;

test('the first page sends at most 140 kB of JavaScript, compressed, and asks nobody else for anything', async () => {
  const { page, requested } = await world.visit({ discord: false });
  const scripts: { url: string; encoding: string | null; bytes: number }[] = [];
  page.on('requestfinished', async (request) => {
    if (request.resourceType() !== 'script') return;
    const response = await request.response();
    const { responseBodySize } = await request.sizes();
    const encoding = (await response?.headerValue('content-encoding')) ?? null;
    scripts.push({ url: request.url(), encoding, bytes: responseBodySize });
  });
  await page.goto(paths.dashboard);
  await seesFreshness(page, 'live');
  const asked = requested.filter((url) => url.endsWith('.js'));
  await expect.poll(() => scripts.length).toBe(asked.length);
  expect(scripts.length).toBeGreaterThan(1);
  expect(scripts.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(longestScriptBytes);
  expect(scripts.filter(({ url, encoding }) => url.includes('/assets/') && !encoding)).toEqual([]);
  expect(requested.every((url) => url.startsWith(`${world.product.url}/`))).toBe(true);
});

test('the first page asks no question twice', async () => {
  const { page, requested } = await world.visit({ discord: false });
  await page.goto(paths.dashboard);
  await seesFreshness(page, 'live');
  expect(requested.filter((url) => url.includes('/api/')).length).toBeGreaterThan(2);
  expect(requested.toSorted()).toEqual([...new Set(requested)].toSorted());
});

test.each([
  ['ko', 390],
  ['en', 1440],
] as const)('nothing jumps while a page fills (%s, %i px)', async (language, width) => {
  const { page } = await world.visit({ language, width });
  await page.goto(paths.dashboard);
  await seesFreshness(page, 'live');
  expect(await layoutShift(page)).toBeLessThan(0.05);

  await signIn(page, 'Ada Okafor');
  await page.reload();
  await page.getByRole('article').first().waitFor();
  expect(await layoutShift(page)).toBeLessThan(0.05);

  await page.goto(paths.account);
  await page.getByRole('listitem').first().waitFor();
  expect(await layoutShift(page)).toBeLessThan(0.05);
});

/** What the page was refused by its policy since it was opened. */
async function listenForViolations(page: Page): Promise<() => Promise<string[]>> {
  const violations: string[] = [];
  await page.exposeFunction('report', (violation: string) => void violations.push(violation));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const { report } = globalThis as unknown as { report: (violation: string) => void };
      report(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
    });
  });
  return async () => {
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
    return violations;
  };
}

test('no page goes against its content security policy or puts text where code could be', async () => {
  const { page } = await world.visit();
  const violations = await listenForViolations(page);
  const answer = await page.goto(paths.dashboard);
  const policy = (await answer?.headerValue('content-security-policy')) ?? '';
  for (const directive of [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ])
    expect(policy.split('; ')).toContain(directive);
  await seesFreshness(page, 'live');

  await page.goto('/nowhere');
  await seesProblem(page, 'not_found');
  await signIn(page, 'Ada Okafor');
  await page.getByRole('article').first().waitFor();
  await page.getByRole('searchbox').fill('<script>');
  await page.getByRole('article', { name: '<script>alert(1)</script> & friends' }).waitFor();
  await openMenu(page);
  await page.getByRole('link', { name: 'Account', exact: true }).click();
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await page.getByRole('alertdialog').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect(await violations()).toEqual([]);
});

test('a script that found its way into a page does not run', async () => {
  const { page, expectMessages } = await world.visit({ discord: false });
  expectMessages(/Content Security Policy|Trusted/i);
  const violations = await listenForViolations(page);
  await page.goto(paths.dashboard);
  await seesFreshness(page, 'live');
  const outcome = await page.evaluate(() => {
    try {
      document.body.innerHTML += '<img src=x onerror="document.title=1">';
      return 'written';
    } catch (error) {
      return (error as Error).name;
    }
  });
  expect(outcome).toBe('TypeError');
  expect(await violations()).toContainEqual(expect.stringContaining('require-trusted-types-for'));
});
