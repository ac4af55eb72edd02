/** A session that ends elsewhere: the live stream brings the news, so that nobody has to press anything to see it. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import {
  consent,
  seesFreshness,
  seesProblem,
  signIn,
  signOut,
  useProductAndBrowser,
} from '../harness/browser.ts';

const world = useProductAndBrowser();

const account = '/account';

/** Ends the one other session of a person, from a browser of its own. */
async function endOther(person: string): Promise<void> {
  const { page } = await world.visit();
  await signIn(page, person, account);
  await page.getByRole('button', { name: /^End session: / }).click();
  await page.getByText('has ended.').waitFor();
}

async function openTabs(page: Page, paths: string[]): Promise<Page[]> {
  const tabs = [page];
  for (const path of paths) {
    const tab = await page.context().newPage();
    await tab.goto(path);
    tabs.push(tab);
  }
  return tabs;
}

test('a session ended from another browser is told in every tab at once, without a press', async () => {
  const { page } = await world.visit();
  await signIn(page, 'Sam Carter');
  const [, list, dashboard] = await openTabs(page, [account, '/discord/dashboard']);
  await dashboard!.getByRole('link', { name: 'See your servers' }).waitFor();
  await seesFreshness(dashboard!, 'live');

  await endOther('Sam Carter');
  for (const each of [page, list!]) {
    await seesProblem(each, 'session_ended');
    expect(await each.getByRole('article').count()).toBe(0);
    expect(await each.getByText('Sam Carter').count()).toBe(0);
    expect(await each.evaluate(() => document.activeElement?.textContent)).toBe(
      'Your session has ended',
    );
  }
  await dashboard!.locator('[data-session-end=ended]').waitFor();
  await dashboard!.getByRole('link', { name: 'Log in with Discord' }).waitFor();
});

test('a session that began after the stream did is watched over too, and in place of the one before', async () => {
  const { page } = await world.visit();
  // This tab opens the stream, with nobody signed in, and keeps it.
  await page.goto('/discord/dashboard');
  await seesFreshness(page, 'live');
  const [, tab] = await openTabs(page, ['/discord/dashboard']);
  await tab!.getByRole('link', { name: 'Log in with Discord' }).click();
  await consent(tab!, '하늘');
  await page.getByRole('button', { name: /^하늘/ }).waitFor();
  await seesFreshness(page, 'live');
  await endOther('하늘');
  await page.locator('[data-session-end=ended]').waitFor();
  await seesProblem(tab!, 'session_ended');

  // Once more, under a second session.
  await tab!.getByRole('link', { name: 'Log in again' }).click();
  await consent(tab!, '하늘');
  await page.getByRole('button', { name: /^하늘/ }).waitFor();
  await tab!.getByRole('article').first().waitFor();
  expect(await page.locator('[data-session-end]').count()).toBe(0);
});

test('signing out is not mistaken for a session that was ended', async () => {
  const { page } = await world.visit();
  await signIn(page, 'zoe.w');
  const [, tab] = await openTabs(page, ['/discord/dashboard']);
  await tab!.getByRole('link', { name: 'See your servers' }).waitFor();
  await signOut(page);
  await tab!.locator('[data-session-end=signed_out]').waitFor();
  await page.waitForTimeout(500);
  for (const each of [page, tab!])
    expect(await each.locator('[data-session-end=ended]').count()).toBe(0);
});
