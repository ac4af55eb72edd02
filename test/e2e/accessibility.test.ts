/** The pages for people who listen to them, who use no mouse, and whom movement makes ill. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { paths } from '../../web/paths.ts';
import {
  accessibilityProblems,
  openMenu,
  failedRequest,
  seesCount,
  seesFreshness,
  seesProblem,
  signIn,
  useProductAndBrowser,
} from '../harness/browser.ts';

const world = useProductAndBrowser();

/** Each screen and how to get there. Signed out first. */
const screens: [string, (page: Page) => Promise<unknown>][] = [
  [
    'the dashboard',
    async (page) => (await page.goto(paths.dashboard), seesFreshness(page, 'live')),
  ],
  [
    'a failed login',
    async (page) => {
      await page.goto(`${paths.dashboard}?error=access_denied`);
      await seesFreshness(page, 'live');
      await page.getByRole('alert').waitFor();
    },
  ],
  ['signed out', async (page) => (await page.goto(paths.guilds), seesProblem(page, 'signed_out'))],
  [
    'privacy',
    async (page) => (
      await page.goto(paths.privacy),
      page.getByRole('heading', { level: 2 }).last().waitFor()
    ),
  ],
  ['not found', async (page) => (await page.goto('/nowhere'), seesProblem(page, 'not_found'))],
  [
    'the servers',
    async (page) => {
      await signIn(page, '박지호 <mod>');
      await page.getByRole('article').first().waitFor();
    },
  ],
  [
    'the menu at the name',
    async (page) => {
      await openMenu(page);
      await page.getByRole('radio', { name: /^(?:System|시스템)$/ }).waitFor();
    },
  ],
  [
    'every server, the others unfolded',
    async (page) => {
      await page.goto(`${paths.guilds}?others=open`);
      await page.getByRole('article').first().waitFor();
    },
  ],
  [
    'no server found',
    async (page) => {
      await page.getByRole('searchbox').fill('nothing has this name');
      await expect.poll(() => page.getByRole('article').count()).toBe(0);
    },
  ],
  [
    'the account',
    async (page) => {
      await page.goto(paths.account);
      await page.getByRole('listitem').first().waitFor();
    },
  ],
  [
    'the question before signing out everywhere',
    async (page) => {
      await page.getByRole('button', { name: /everywhere|모든 곳/ }).click();
      await page.getByRole('alertdialog').waitFor();
    },
  ],
  [
    'the dashboard of someone signed in',
    async (page) => (await page.goto(paths.dashboard), seesFreshness(page, 'live')),
  ],
];

test.each([
  ['ko', 'light'],
  ['ko', 'dark'],
  ['en', 'light'],
  ['en', 'dark'],
] as const)(
  'axe finds nothing wrong by WCAG 2.2 AA on any page (%s, %s)',
  async (language, theme) => {
    // Still pictures: a colour on its way from one to another has no contrast to judge.
    const { page, expectMessages } = await world.visit({ language, theme, reducedMotion: true });
    expectMessages(failedRequest);
    const found: Record<string, string[]> = {};
    for (const [name, open] of screens) {
      await open(page);
      expect(await page.locator('html').getAttribute('lang')).toBe(language);
      const problems = await accessibilityProblems(page);
      if (problems.length > 0) found[name] = problems;
    }
    expect(found).toEqual({});
  },
);

/** What has the focus, and whether its ring can be seen: on itself or on the label that stands for it. */
async function focus(page: Page) {
  return await page.evaluate(() => {
    const element = document.activeElement ?? document.body;
    const outlined = [element, element.closest('label')].some((candidate) => {
      if (!candidate) return false;
      const { outlineStyle, outlineWidth } = getComputedStyle(candidate);
      return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
    });
    const { width, height } = element.getBoundingClientRect();
    return {
      name: element.getAttribute('aria-label') ?? element.textContent?.trim() ?? '',
      seen: outlined && width > 0 && height > 0,
    };
  });
}

test('Tab goes through the dashboard in the order it is read, and every stop can be seen', async () => {
  const { page } = await world.visit({ discord: false });
  await page.goto(paths.dashboard);
  await seesFreshness(page, 'live');
  const stops = [];
  for (let stop = 0; stop < 7; stop += 1) {
    await page.keyboard.press('Tab');
    stops.push(await focus(page));
  }
  expect(stops).toEqual([
    { name: 'Skip to content', seen: true },
    { name: 'Sandbox Bot, Dashboard', seen: true },
    { name: 'Language and theme', seen: true },
    { name: 'Log in with Discord', seen: true },
    { name: 'Add to your server (opens in a new tab)', seen: true },
    { name: 'Privacy', seen: true },
    { name: 'Licences', seen: true },
  ]);
});

test('the first stop leads past the header, and is in sight while it has the focus', async () => {
  const { page } = await world.visit();
  await signIn(page, 'Sam Carter');
  await page.getByRole('article').first().waitFor();
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  await expect.poll(() => skip.evaluate((link) => getComputedStyle(link).clipPath)).toBe('none');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  expect((await focus(page)).name).toBe('Refresh');
});

test('the menu opens, is gone through and closes by the keyboard, and the focus comes back to it', async () => {
  const { page } = await world.visit();
  await signIn(page, 'Sam Carter');
  await page.getByRole('article').first().waitFor();
  const names: string[] = [];
  const tab = async () => {
    await page.keyboard.press('Tab');
    names.push((await focus(page)).name);
  };
  await page.getByRole('button', { name: 'Sam Carter menu' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Account', exact: true }).waitFor();
  for (let stop = 0; stop < 4; stop += 1) await tab();
  expect(names).toEqual(['Account', '', 'System', 'Sign out']); // '' is the language, whose label is around it
  await page.keyboard.press('Escape');
  await expect.poll(() => page.getByRole('button', { name: 'Sign out' }).count()).toBe(0);
  const menu = page.getByRole('button', { name: 'Sam Carter menu' });
  expect(await menu.evaluate((button) => button === document.activeElement)).toBe(true);
});

test('arrow keys go from server to server, Enter in the search goes to the first', async () => {
  const { page } = await world.visit();
  await signIn(page, '박지호 <mod>');
  await page.getByRole('article').first().waitFor();
  const names = await page.getByRole('article').getByRole('heading').allTextContents();
  /** The server whose button or link has the focus. */
  const at = () =>
    page.evaluate(
      () => document.activeElement?.closest('article')?.querySelector('h3')?.textContent,
    );
  await page.keyboard.press('/');
  await page.keyboard.press('Enter');
  expect(await at()).toBe(names[0]);
  await page.keyboard.press('ArrowRight');
  expect(await at()).toBe(names[1]);
  await page.keyboard.press('ArrowLeft');
  expect(await at()).toBe(names[0]);
  await page.keyboard.press('ArrowDown');
  const below = (await at()) ?? '';
  const place = (name: string) => page.getByRole('article', { name, exact: true }).boundingBox();
  const [first, under] = [await place(names[0] ?? ''), await place(below)];
  expect(under?.y).toBeGreaterThan(first?.y ?? Infinity);
  expect(under?.x).toBe(first?.x);
  await page.keyboard.press('ArrowUp');
  expect(await at()).toBe(names[0]);
  await page.keyboard.press('End');
  expect(await at()).toBe(names.at(-1));
  await page.keyboard.press('Home');
  expect(await at()).toBe(names[0]);

  // What is being composed belongs to the input method, and a fast Enter finds what was typed last.
  await page.keyboard.press('/');
  await page.keyboard.type('library');
  await page.keyboard.press('Enter');
  await expect.poll(at).toMatch(/Library/);
});

test('every stop among the servers can be seen', async () => {
  const { page } = await world.visit();
  await signIn(page, '박지호 <mod>');
  await page.getByRole('article').first().waitFor();
  const unseen = [];
  const names = [];
  for (let stop = 0; stop < 32; stop += 1) {
    await page.keyboard.press('Tab');
    const { name, seen } = await focus(page);
    names.push(name);
    if (!seen) unseen.push(name);
  }
  expect(unseen).toEqual([]);
  expect(names.some((name) => name.startsWith('Add to server: '))).toBe(true);
});

test('going to another page moves the focus to its heading, so that a reader says where they are', async () => {
  const { page } = await world.visit();
  await signIn(page, 'Sam Carter');
  await openMenu(page);
  await page.getByRole('link', { name: 'Account', exact: true }).click();
  await expect.poll(async () => (await focus(page)).name).toBe('Your account');
  expect(await page.title()).toBe('Your account · Sandbox Bot');
});

test('the question before signing out everywhere holds the focus and gives it back', async () => {
  const { page } = await world.visit();
  await signIn(page, 'Sam Carter', paths.account);
  const ask = page.getByRole('button', { name: 'Sign out everywhere' });
  await ask.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('alertdialog', { name: 'Sign out everywhere?' }).waitFor();
  // It begins at the way back, and goes round.
  for (const name of ['Cancel', 'Sign out everywhere', 'Cancel', 'Sign out everywhere']) {
    await expect.poll(async () => (await focus(page)).name).toBe(name);
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Escape');
  await expect.poll(() => page.getByRole('alertdialog').count()).toBe(0);
  await expect.poll(async () => (await focus(page)).name).toBe('Sign out everywhere');
});

test('a count that moves glows, but not for someone who asked for less motion', async () => {
  for (const reducedMotion of [false, true]) {
    const { page } = await world.visit({ discord: false, reducedMotion });
    await page.goto(paths.dashboard);
    await seesFreshness(page, 'live');
    await page.evaluate(() => {
      const figure = document.querySelector('strong');
      const animate = Element.prototype.animate;
      Element.prototype.animate = function (this: Element, ...parameters) {
        document.body.dataset.moved = String(this === figure);
        return animate.apply(this, parameters);
      };
    });
    await world.product.sandbox('POST', '/guilds', { bot: true });
    await seesCount(page, await world.product.countAtDiscord());
    expect(await page.evaluate(() => document.body.dataset.moved)).toBe(
      reducedMotion ? undefined : 'true',
    );
    const moving = await page.evaluate(
      () =>
        [...document.querySelectorAll('*')].filter((element) => {
          const { animationName, transitionDuration } = getComputedStyle(element);
          return animationName !== 'none' || /[1-9]/.test(transitionDuration);
        }).length,
    );
    expect(moving > 0).toBe(!reducedMotion);
  }
});
