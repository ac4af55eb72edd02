/** Two hundred servers, as many as Discord lets anyone be in: found, sorted and kept without a mouse. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { signIn, useProductAndBrowser } from '../harness/browser.ts';

const world = useProductAndBrowser();

const person = 'Ada Okafor';
const cards = (page: Page) => page.getByRole('list', { name: 'Servers' }).getByRole('article');
const names = (page: Page) =>
  page.getByRole('list', { name: 'Servers' }).getByRole('heading').allTextContents();

async function visitServers() {
  const visit = await world.visit();
  await signIn(visit.page, person);
  await expect.poll(() => cards(visit.page).count()).toBe(200);
  return visit;
}

test('a search leaves what matches, whatever case and accents were typed, and Escape empties it', async () => {
  const { page } = await visitServers();
  const search = page.getByRole('searchbox', { name: 'Search servers' });
  await search.fill('  ÉLECTRIC ');
  await expect.poll(async () => (await names(page)).length).toBeLessThan(200);
  const found = await names(page);
  expect(found.length).toBeGreaterThan(0);
  expect(found.every((name) => name.includes('Electric'))).toBe(true);

  await search.fill('no server has this name');
  await page.getByRole('heading', { name: 'No server matches' }).waitFor();
  await page.getByRole('button', { name: 'Show all servers' }).click();
  await expect.poll(() => cards(page).count()).toBe(200);

  await search.fill('한강');
  await expect.poll(() => names(page)).toEqual(['한강 산책 모임']);
  await search.press('Escape');
  await expect.poll(() => cards(page).count()).toBe(200);
});

test('the filters part the list, and together make the whole', async () => {
  const { page } = await visitServers();
  const show = async (filter: string) => {
    await page.getByRole('radio', { name: filter, exact: true }).check({ force: true });
    return await cards(page).allTextContents();
  };
  const here = await show('Bot is here');
  expect(here.length).toBeGreaterThan(0);
  expect(here.every((card) => card.includes('The bot is here'))).toBe(true);
  const addable = await show('Can add');
  expect(addable.length).toBeGreaterThan(0);
  expect(addable.every((card) => card.includes('Add to server'))).toBe(true);
  const all = await show('All');
  const locked = all.filter((card) => card.includes('You need Manage Server here.'));
  expect(here.length + addable.length + locked.length).toBe(200);
  await show('Favourites');
  await page.getByRole('heading', { name: 'No favourites yet' }).waitFor();
});

test('the list is sorted by name, by members and by role', async () => {
  const { page } = await visitServers();
  const sort = page.getByRole('combobox', { name: 'Sort by' });
  const byName = await names(page);
  const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
  expect(byName).toEqual(byName.toSorted(collator.compare));

  await sort.selectOption('role');
  const roles = await cards(page).locator('p').first().textContent();
  expect(roles).toMatch(/^(?:Owner|Can manage)/);
  const facts = await cards(page).allTextContents();
  const firstMember = facts.findIndex((card) => card.includes('Member ·'));
  expect(facts.slice(firstMember).every((card) => card.includes('Member ·'))).toBe(true);

  await sort.selectOption('members');
  const counts = await cards(page).evaluateAll((articles) =>
    articles.map((article) => {
      const [, figure = '', thousand] =
        /about ([\d.]+)(K?) member/.exec(article.textContent ?? '') ?? [];
      return Number(figure) * (thousand ? 1000 : 1);
    }),
  );
  expect(counts).toEqual(counts.toSorted((a, b) => b - a));
});

test('favourites stand first and survive a reload, and belong to one person', async () => {
  const { page } = await visitServers();
  const favourite = '한강 산책 모임';
  const star = page.getByRole('button', { name: `Favourite ${favourite}`, exact: true });
  expect(await star.getAttribute('aria-pressed')).toBe('false');
  await star.click();
  await expect.poll(async () => (await names(page))[0]).toBe(favourite);

  await page.reload();
  await expect.poll(async () => (await names(page))[0]).toBe(favourite);
  expect(await star.getAttribute('aria-pressed')).toBe('true');
  await page.getByRole('radio', { name: 'Favourites', exact: true }).check({ force: true });
  await expect.poll(() => names(page)).toEqual([favourite]);

  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByRole('link', { name: 'Log in with Discord' }).waitFor();
  await signIn(page, '박지호 <mod>');
  await cards(page).first().waitFor();
  expect(await names(page)).toContain(favourite);
  expect(await page.getByRole('button', { name: /^Favourite /, pressed: true }).count()).toBe(0);
});

test('everything on the page can be done with the keyboard alone', async () => {
  const { page } = await visitServers();
  const focused = () =>
    page.evaluate(() => {
      const element = document.activeElement;
      return element?.getAttribute('aria-label') ?? element?.textContent ?? '';
    });

  // A slash leads to the search from anywhere, and is an ordinary letter inside it.
  await page.keyboard.press('/');
  await page.keyboard.type('quiet / corner');
  expect(await page.getByRole('searchbox').inputValue()).toBe('quiet / corner');
  await page.keyboard.press('Escape');
  await page.keyboard.type('the quiet corner');
  await expect.poll(() => names(page)).toEqual(['The Quiet Corner']);

  await page.keyboard.press('Tab');
  expect(await focused()).toBe('Clear search');
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('All');
  await page.keyboard.press('ArrowRight');
  expect(await page.getByRole('radio', { name: 'Bot is here' }).isChecked()).toBe(true);
  await page.keyboard.press('Tab');
  await page.keyboard.type('Me');
  expect(await page.getByRole('combobox', { name: 'Sort by' }).inputValue()).toBe('members');
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('Favourite The Quiet Corner');
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Favourite The Quiet Corner', pressed: true }).waitFor();
});
