/** Where the system chooses the colours (Windows' contrast themes), what was said by colour is still said. And on paper. */
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openMenu, seesFreshness, signIn, useProductAndBrowser } from '../harness/browser.ts';

const world = useProductAndBrowser();

/** How something is painted, as far as an eye can tell two of a kind apart. */
const paint = (locator: Locator, pseudo?: '::before') =>
  locator.first().evaluate((element, pseudoElement) => {
    const { backgroundColor, borderBottomWidth, borderBottomStyle, borderBottomColor } =
      getComputedStyle(element, pseudoElement);
    const underline =
      borderBottomStyle === 'none' ? 'none' : `${borderBottomWidth} ${borderBottomColor}`;
    return `${backgroundColor} ${underline}`;
  }, pseudo);

const option = (page: Page, name: string) =>
  page.locator('label').filter({ has: page.getByRole('radio', { name, exact: true }) });

test.each(['light', 'dark'] as const)(
  'theme, filter, current page and status dots keep a mark (%s)',
  async (theme) => {
    const { page } = await world.visit({ forcedColors: true, theme });
    await page.goto('/discord/dashboard');
    const freshness = page.locator('[data-freshness]');
    await seesFreshness(page, 'live');
    const live = await paint(freshness, '::before');
    world.product.kill('bot');
    await seesFreshness(page, 'away');
    expect(await paint(freshness, '::before')).not.toBe(live);
    await seesFreshness(page, 'live');

    await signIn(page, '박지호 <mod>');
    await page.getByRole('article').first().waitFor();
    expect(await paint(option(page, 'All'))).not.toBe(await paint(option(page, 'Can add')));
    const current = page.getByRole('link', { name: 'Servers', exact: true });
    const marked = await paint(current);
    await openMenu(page);
    expect(await paint(option(page, 'System'))).not.toBe(await paint(option(page, 'Dark')));
    expect(await paint(option(page, 'English'))).not.toBe(await paint(option(page, '한국어')));
    await page.getByRole('link', { name: 'Account', exact: true }).click();
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    expect(await paint(current)).not.toBe(marked);

    await current.click();
    const dot = page.getByText('The bot is here', { exact: true }).and(page.locator('article p'));
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(await paint(dot, '::before')).not.toContain(ground);
  },
);

test('on paper there are the servers and nothing to press, dark on white whatever the screen shows', async () => {
  const { page } = await world.visit({ theme: 'dark' });
  await signIn(page, '박지호 <mod>');
  await page.getByRole('article').first().waitFor();
  await page.emulateMedia({ media: 'print' });
  // The heading of the folded group is a button, and looks like a heading.
  expect(await page.getByRole('button').allTextContents()).toEqual([
    expect.stringMatching(/^Other servers/),
  ]);
  expect(await page.getByRole('searchbox').count()).toBe(0);
  await page.getByRole('heading', { name: 'Your servers' }).waitFor();
  await page.getByText('The bot is here').first().waitFor();
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
    'rgb(250, 248, 245)',
  );
});
