/** Two hundred servers, as many as Discord lets anyone be in: found, sorted and kept without a mouse. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { signIn, signOut, useProductAndBrowser } from '../harness/browser.ts';

const world = useProductAndBrowser();

const person = 'Ada Okafor';
const cards = (page: Page) => page.getByRole('main').getByRole('article');
const names = (page: Page) => cards(page).getByRole('heading').allTextContents();
/** The figure behind a group's heading. */
const sizeOf = async (page: Page, group: string) =>
  Number(/\d+$/.exec((await page.getByRole('heading', { name: group }).textContent()) ?? '')?.[0]);

async function visitServers() {
  const visit = await world.visit();
  await signIn(visit.page, person);
  await cards(visit.page).first().waitFor();
  return visit;
}

/** The same with the folded servers in sight. */
async function visitAllServers() {
  const visit = await visitServers();
  await visit.page.getByRole('button', { name: /^Other servers/ }).click();
  await expect.poll(() => cards(visit.page).count()).toBe(200);
  return visit;
}

test('where the bot is comes first, then where it can be added, and the rest is folded away', async () => {
  const { page } = await visitServers();
  const headings = await page
    .getByRole('main')
    .getByRole('heading', { level: 2 })
    .allTextContents();
  expect(headings.map((heading) => heading.replace(/\d+$/, ''))).toEqual([
    'The bot is here',
    'You can add it',
    'Other servers',
  ]);
  const [here, addable, others] = [
    await sizeOf(page, 'The bot is here'),
    await sizeOf(page, 'You can add it'),
    await sizeOf(page, 'Other servers'),
  ];
  expect(here + addable + others).toBe(200);
  expect(await cards(page).count()).toBe(here + addable);
  const links = await cards(page)
    .getByRole('link')
    .evaluateAll((anchors) =>
      anchors.map((anchor) => [
        anchor.getAttribute('aria-label')?.split(':')[0],
        anchor.getAttribute('href'),
      ]),
    );
  expect(
    links
      .slice(0, here)
      .every(
        ([label, href]) =>
          label === 'Open in Discord' && /^https:\/\/discord\.com\/channels\/\d+$/.test(href ?? ''),
      ),
  ).toBe(true);
  expect(
    links
      .slice(here)
      .every(([label, href]) => label === 'Add to server' && /[?&]guild_id=\d+/.test(href ?? '')),
  ).toBe(true);
});

test('a search leaves what matches, in folded groups too, whatever case and accents were typed, and Escape empties it', async () => {
  const { page } = await visitServers();
  const whole = await cards(page).count();
  const search = page.getByRole('searchbox', { name: 'Search servers' });
  await search.fill('  ÉLECTRIC ');
  await expect
    .poll(async () => (await names(page)).every((name) => name.includes('Electric')))
    .toBe(true);
  expect((await names(page)).length).toBeGreaterThan(0);
  expect(await cards(page).filter({ hasText: 'Needs Manage Server' }).count()).toBeGreaterThan(0);

  await search.fill('no server has this name');
  await page.getByRole('heading', { name: 'No server matches' }).waitFor();
  await page.getByRole('button', { name: 'Show all servers' }).click();
  await expect.poll(() => cards(page).count()).toBe(whole);

  // While it is composed, and by its initials.
  for (const typed of ['ㅎㄱㅅㅊ', '한가', '한강']) {
    await search.fill(typed);
    await expect.poll(() => names(page), { message: typed }).toEqual(['한강 산책 모임']);
  }
  await search.press('Escape');
  await expect.poll(() => cards(page).count()).toBe(whole);
});

test('search, filter and order stand in the address, and survive a reload and Back', async () => {
  const { page } = await visitAllServers();
  await page.getByRole('searchbox').fill('한');
  await page.getByRole('radio', { name: 'Bot is here' }).check({ force: true });
  await page.getByRole('combobox', { name: 'Sort by' }).selectOption('members');
  await expect
    .poll(() => new URL(page.url()).search)
    .toBe('?others=open&q=%ED%95%9C&show=here&sort=members');
  const found = await names(page);
  const asked = async () => [
    await page.getByRole('searchbox').inputValue(),
    await page.getByRole('radio', { name: 'Bot is here' }).isChecked(),
    await page.getByRole('combobox', { name: 'Sort by' }).inputValue(),
    await names(page),
  ];
  await page.reload();
  await cards(page).first().waitFor();
  expect(await asked()).toEqual(['한', true, 'members', found]);

  await page.getByRole('link', { name: 'Sandbox Bot, Dashboard' }).click();
  await page.getByRole('link', { name: 'See your servers' }).waitFor();
  await page.goBack();
  await cards(page).first().waitFor();
  expect(await asked()).toEqual(['한', true, 'members', found]);

  // Typing does not fill the history, and the way to the servers in the header leads to all of them.
  await page.getByRole('link', { name: 'Servers', exact: true }).click();
  await expect.poll(() => page.getByRole('searchbox').inputValue()).toBe('');
  await page.goBack();
  await expect.poll(() => page.getByRole('searchbox').inputValue()).toBe('한');
  await page.goBack();
  expect(new URL(page.url()).pathname).not.toBe('/discord/guilds');
});

test('a word is typed letter by letter at once, and asks nobody anything', async () => {
  const { page, requested } = await visitAllServers();
  const before = requested.length;
  const search = page.getByRole('searchbox');
  await search.pressSequentially('quiet corner');
  expect(await search.inputValue()).toBe('quiet corner');
  await page.reload();
  await expect.poll(() => search.inputValue()).toBe('quiet corner');
  expect(requested.slice(before).filter((url) => url.endsWith('/api/guilds'))).toHaveLength(1);
});

test('the filters part the list, and together make the whole', async () => {
  const { page } = await visitAllServers();
  const all = await cards(page).allTextContents();
  const show = async (filter: string) => {
    await page.getByRole('radio', { name: filter, exact: true }).check({ force: true });
    return await cards(page).allTextContents();
  };
  const here = await show('Bot is here');
  expect(here.length).toBeGreaterThan(0);
  expect(here.every((card) => card.includes('The bot is here'))).toBe(true);
  const addable = await show('Can add');
  expect(addable.length).toBeGreaterThan(0);
  expect(addable.every((card) => card.includes('Add'))).toBe(true);
  const locked = all.filter((card) => card.includes('Needs Manage Server'));
  expect(here.length + addable.length + locked.length).toBe(200);
  await show('Favourites');
  await page.getByRole('heading', { name: 'No favourites yet' }).waitFor();
});

test('each group is sorted by name, by members and by role', async () => {
  const { page } = await visitAllServers();
  const sort = page.getByRole('combobox', { name: 'Sort by' });
  const lists = page.getByRole('main').getByRole('list');
  expect(await lists.count()).toBe(3);
  const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
  for (const list of await lists.all()) {
    const byName = await list.getByRole('heading').allTextContents();
    expect(byName).toEqual(byName.toSorted(collator.compare));
  }

  await sort.selectOption('role');
  for (const list of await lists.all()) {
    const facts = await list.getByRole('article').allTextContents();
    const order = facts.map((card) =>
      ['Owner ·', 'Can manage ·', 'Member ·'].findIndex((role) => card.includes(role)),
    );
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  }

  await sort.selectOption('members');
  for (const list of await lists.all()) {
    const counts = (await list.getByRole('article').allTextContents()).map((card) => {
      const [, figure = '', thousand] = /about ([\d.]+)(K?) member/.exec(card) ?? [];
      return Number(figure) * (thousand ? 1000 : 1);
    });
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
  }
});

test('favourites stand first in their group, folded or not, survive a reload, and belong to one person', async () => {
  const { page } = await visitAllServers();
  const locked = page.getByRole('list', { name: /^Other servers/ });
  const favourite = (await locked.getByRole('heading').last().textContent()) ?? '';
  const star = page.getByRole('button', { name: `Favourite ${favourite}`, exact: true });
  expect(await star.getAttribute('aria-pressed')).toBe('false');
  await star.click();
  await expect.poll(() => locked.getByRole('heading').first().textContent()).toBe(favourite);

  await page.getByRole('button', { name: /^Other servers/ }).click();
  await expect.poll(() => locked.getByRole('heading').allTextContents()).toEqual([favourite]);
  await page.reload();
  await expect.poll(() => locked.getByRole('heading').allTextContents()).toEqual([favourite]);
  expect(await star.getAttribute('aria-pressed')).toBe('true');
  await page.getByRole('radio', { name: 'Favourites', exact: true }).check({ force: true });
  await expect.poll(() => names(page)).toEqual([favourite]);

  await signOut(page);
  await page.getByRole('link', { name: 'Log in with Discord' }).waitFor();
  await signIn(page, '박지호 <mod>');
  await cards(page).first().waitFor();
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
  expect(await focused()).toBe('Open in Discord: The Quiet Corner (opens in a new tab)');
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('Favourite The Quiet Corner');
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Favourite The Quiet Corner', pressed: true }).waitFor();
});

test('on a telephone search, filter with its figures and order are one row, and a server begins in the upper half', async () => {
  const { page } = await world.visit({ width: 390, height: 844, touch: true, language: 'ko' });
  await signIn(page, person);
  await cards(page).first().waitFor();
  const boxes = await Promise.all(
    [
      page.getByRole('searchbox'),
      page.getByRole('combobox', { name: '보기' }),
      page.getByRole('combobox', { name: '정렬' }),
    ].map((control) => control.boundingBox()),
  );
  expect(new Set(boxes.map((box) => Math.round(box?.y ?? 0))).size).toBe(1);
  expect(
    await page.getByRole('combobox', { name: '보기' }).locator('option').allTextContents(),
  ).toContainEqual(expect.stringMatching(/^봇 있음 \d+$/));
  expect((await cards(page).first().boundingBox())?.y).toBeLessThan(844 / 2);
  await page.getByRole('combobox', { name: '보기' }).selectOption('addable');
  await expect.poll(() => cards(page).first().getAttribute('data-presence')).toBe('addable');
});
