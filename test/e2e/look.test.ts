/** The look holds: at every width, in both languages, in both themes, and it is remembered. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { paths } from '../../web/paths.ts';
import {
  failedRequest,
  openMenu,
  scrollsSideways,
  seesCount,
  seesFreshness,
  seesProblem,
  signIn,
  useProductAndBrowser,
} from '../harness/browser.ts';

const world = useProductAndBrowser();

const background = (page: Page) =>
  page.evaluate(() => getComputedStyle(document.body).backgroundColor);
const light = 'rgb(250, 248, 245)';
const dark = 'rgb(22, 19, 17)';

test.each([
  [390, 'ko'],
  [390, 'en'],
  [320, 'ko'],
  [320, 'en'],
] as const)('nothing is wider than a window of %i px (%s)', async (width, language) => {
  const { page } = await world.visit({ width, height: 700, language });
  const wide: string[] = [];
  const check = async (screen: string) => {
    if (await scrollsSideways(page)) wide.push(screen);
  };
  await page.goto(`${paths.dashboard}?error=misconfigured`);
  await seesFreshness(page, 'live');
  await check('dashboard');
  await page.goto(paths.guilds);
  await seesProblem(page, 'signed_out');
  await check('signed out');
  // Names made of markup, a hundred letters long, and of emoji.
  await signIn(page, 'Ada Okafor');
  await page.getByRole('article').first().waitFor();
  await check('guilds');
  await page.getByRole('searchbox').fill('no server has a name like this one');
  await expect.poll(() => page.getByRole('article').count()).toBe(0);
  await check('nothing found');
  await page.goto(paths.account);
  await page.getByRole('listitem').first().waitFor();
  await check('account');
  await page.getByRole('button', { name: /everywhere|모든 곳/ }).click();
  await page.getByRole('alertdialog').waitFor();
  await check('dialog');
  expect(wide).toEqual([]);
});

test('a count of thousands fits a telephone', async () => {
  const { page, expectMessages } = await world.visit({
    width: 320,
    height: 600,
    language: 'ko',
    discord: false,
  });
  const count = await fetch(`${world.product.url}/api/guild-count`);
  const answer = (await count.json()) as { data: { guild_count: number } };
  answer.data.guild_count = 1_234_567;
  expectMessages(failedRequest);
  await page.route('**/api/events', (route) =>
    route.fulfill({
      contentType: 'text/event-stream',
      body: `event: guild-count\ndata: ${JSON.stringify(answer)}\n\n`,
    }),
  );
  await page.goto(paths.dashboard);
  await expect
    .poll(() => page.locator('p:has(strong)').textContent())
    .toBe('bot은 1,234,567개의 server에서 활동하고 있습니다.');
  expect(await scrollsSideways(page)).toBe(false);
});

/** How big the figure is, and how the servers use the window. */
async function measure(width: number, height: number) {
  const { page } = await world.visit({ width, height });
  await page.goto(paths.dashboard);
  await seesFreshness(page, 'live');
  const figure = await page
    .locator('strong')
    .evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize));
  await signIn(page, 'Ada Okafor');
  await page.getByRole('article').first().waitFor();
  const list = page.getByRole('list', { name: /^The bot is here/ });
  const columns = await list.evaluate(
    (element) => getComputedStyle(element).gridTemplateColumns.split(' ').length,
  );
  const share = await list.evaluate(
    (element) => element.getBoundingClientRect().width / innerWidth,
  );
  return { figure, columns, share, sideways: await scrollsSideways(page) };
}

test('a 4K screen is used: the words grow and the servers fill more columns', async () => {
  const laptop = await measure(1440, 900);
  const cinema = await measure(3840, 2160);
  expect(cinema.figure).toBeGreaterThan(laptop.figure);
  expect(cinema.columns).toBeGreaterThan(laptop.columns);
  expect(cinema.share).toBeGreaterThan(0.55);
  expect([laptop.sideways, cinema.sideways]).toEqual([false, false]);
});

test('a language chosen by hand is there after a reload, on every page, and in the sentence', async () => {
  const { page } = await world.visit({ language: 'en', discord: false });
  await page.goto(paths.dashboard);
  const count = await world.product.countAtDiscord();
  await seesCount(page, count);
  await openMenu(page);
  await page.getByRole('radio', { name: '한국어' }).check({ force: true });
  await seesCount(page, count, 'ko');
  expect(await page.locator('html').getAttribute('lang')).toBe('ko');
  expect(await page.title()).toBe('Discord bot Dashboard · Sandbox Bot');
  await page.reload();
  await seesCount(page, count, 'ko');
  await page.goto(paths.guilds);
  await page.getByRole('heading', { name: '로그인이 필요합니다' }).waitFor();
  expect(await page.title()).toBe('로그인이 필요합니다 · Sandbox Bot');
});

test('a theme chosen by hand is there before the page is drawn, and the system decides again when asked to', async () => {
  const { page } = await world.visit({ theme: 'light', discord: false });
  await page.goto(paths.dashboard);
  expect(await background(page)).toBe(light);
  await openMenu(page);
  await page.getByRole('radio', { name: 'Dark' }).check({ force: true });
  expect(await background(page)).toBe(dark);

  // Without the app's own code only what comes before it can have set the theme.
  await page.route('**/assets/*.js', (route) => route.abort('aborted'));
  await page.goto(paths.dashboard, { waitUntil: 'commit' });
  await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('dark');
  await page.unroute('**/assets/*.js');

  await page.goto(paths.dashboard);
  expect(await background(page)).toBe(dark);
  await openMenu(page);
  await page.getByRole('radio', { name: 'System' }).check({ force: true });
  expect(await background(page)).toBe(light);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(() => background(page)).toBe(dark);
});
