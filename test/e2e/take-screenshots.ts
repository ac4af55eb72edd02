/**
 * Takes the pictures of docs/images/ from the running product, with the sandbox behind it: `npm run build`, then
 * `node test/e2e/take-screenshots.ts`.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { paths } from '../../web/paths.ts';
import {
  type Eyes,
  launchBrowser,
  openProfile,
  seesFreshness,
  signIn,
} from '../harness/browser.ts';
import { startProduct } from '../harness/processes.ts';

const directory = path.resolve(import.meta.dirname, '../../docs/images');

const desktop = { width: 1280, height: 800 };
const telephone = { width: 390, height: 844, scale: 2, touch: true };

async function openDashboard(page: Page): Promise<void> {
  await page.goto(paths.dashboard);
  await seesFreshness(page, 'live');
}

/** The servers of someone who owns some, is trusted in some and is a guest in the rest, with two favourites. */
async function openGuilds(page: Page): Promise<void> {
  await signIn(page, '박지호 <mod>');
  for (const name of ['서울 보드게임 클럽', 'Midnight Library'])
    await page.getByRole('article', { name }).getByRole('button').click();
  await page.getByRole('combobox', { name: /Sort by|정렬/ }).selectOption('members');
}

async function openAccount(page: Page): Promise<void> {
  await signIn(page, '하늘', paths.account);
  await page.getByRole('listitem').first().waitFor();
}

const pictures: Record<string, [Eyes, (page: Page) => Promise<void>]> = {
  'dashboard-light-ko': [{ ...desktop, theme: 'light', language: 'ko' }, openDashboard],
  'dashboard-dark-en': [{ ...desktop, theme: 'dark', language: 'en' }, openDashboard],
  'guilds-light-en': [{ ...desktop, theme: 'light', language: 'en' }, openGuilds],
  'guilds-mobile-ko-dark': [{ ...telephone, theme: 'dark', language: 'ko' }, openGuilds],
  'account-dark-ko': [{ ...desktop, theme: 'dark', language: 'ko' }, openAccount],
};

const product = await startProduct({ SANDBOX_GUILDS: '128' });
const browser = await launchBrowser();
try {
  await product.ready();
  mkdirSync(directory, { recursive: true });
  for (const [name, [eyes, open]] of Object.entries(pictures)) {
    const context = await openProfile(browser, product.url, eyes);
    const page = await context.newPage();
    await open(page);
    // Every picture in sight has arrived.
    await page.waitForFunction(() =>
      [...document.images].every(
        (image) => image.complete || image.getBoundingClientRect().top > innerHeight,
      ),
    );
    await page.mouse.move(0, 0);
    await page.evaluate(() => {
      (document.activeElement as HTMLElement | null)?.blur();
      scrollTo(0, 0);
    });
    await page.screenshot({ path: path.join(directory, `${name}.png`), animations: 'disabled' });
    await context.close();
    console.log(`docs/images/${name}.png`);
  }
} finally {
  await browser.close();
  await product.stop();
}
