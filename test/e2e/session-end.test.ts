/** How a session ends, by the person or without them, and that every tab says so at once. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { consent, seesProblem, signIn, signOut, useProductAndBrowser } from '../harness/browser.ts';

const world = useProductAndBrowser();

const account = '/account';
/** What has the focus, by its text. */
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? '');

/** Ends every other session of a person from a browser of their own, which has to be signed in. */
async function endOthers(page: Page): Promise<void> {
  await page.goto(account);
  const buttons = page.getByRole('button', { name: /^End session: / });
  await buttons.first().waitFor();
  while ((await buttons.count()) > 0) {
    const before = await buttons.count();
    await buttons.first().click();
    await expect.poll(() => buttons.count()).toBe(before - 1);
  }
}

test('signing out leads to the dashboard, which says so quietly, in every tab', async () => {
  const { page, context } = await world.visit();
  await signIn(page, 'Sam Carter');
  const tab = await context.newPage();
  await tab.goto(account);
  await tab.getByRole('heading', { name: 'Your account' }).waitFor();
  const watcher = await context.newPage();
  await watcher.goto('/discord/dashboard');
  await watcher.getByRole('link', { name: 'See your servers' }).waitFor();

  await signOut(page);
  for (const each of [page, tab, watcher]) {
    await each.getByText('You are signed out', { exact: true }).waitFor();
    await each.waitForURL('**/discord/dashboard');
    await each.getByRole('link', { name: 'Log in with Discord' }).waitFor();
    expect(await each.getByText('Sam Carter').count()).toBe(0);
    expect(await each.getByRole('alert').count()).toBe(0);
    expect(await each.locator('[data-problem]').count()).toBe(0);
  }
  // Not on the body, from where a reader would begin anew.
  expect(await focused(page)).toContain('You are signed out');

  await page.getByRole('button', { name: 'Dismiss' }).click();
  await expect.poll(() => page.getByText('You are signed out').count()).toBe(0);
  // Back does not lead into the private page, nor out of ours.
  await page.goto('/discord/guilds');
  await seesProblem(page, 'signed_out');
});

test('whoever signs in again reads nothing of the sign-out any more, in any tab', async () => {
  const { page, context } = await world.visit();
  await signIn(page, 'Sam Carter');
  const tab = await context.newPage();
  await tab.goto('/discord/dashboard');
  await signOut(page);
  await tab.getByText('You are signed out', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Log in with Discord' }).click();
  await consent(page, '하늘');
  await page.getByRole('article').first().waitFor();
  // The other tab hears of it without being touched.
  await tab.getByRole('button', { name: /^하늘/ }).waitFor();
  await expect.poll(() => tab.getByText('You are signed out').count()).toBe(0);
});

test('a person who signs in as somebody else in another tab is nowhere mixed up with the first', async () => {
  const { page, context } = await world.visit();
  await signIn(page, 'Sam Carter', account);
  await page.getByText('@sam').first().waitFor();
  const tab = await context.newPage();
  await signIn(tab, '하늘');
  await page.getByText('@haneul').waitFor();
  expect(await page.getByText('@sam').count()).toBe(0);
});

test('a session that is found to have ended is explained in every tab, with two ways on', async () => {
  const { page: here } = await world.visit();
  const { page, context, expectMessages } = await world.visit();
  expectMessages(/401|net::ERR_/);
  await signIn(page, 'Sam Carter');
  await page.getByRole('article').first().waitFor();
  const tab = await context.newPage();
  await tab.goto('/discord/guilds?q=a');
  await tab.getByRole('article').first().waitFor();
  // The stream tells of it at once; without one the next question does.
  await context.route('**/api/events', (route) => route.abort());
  await page.reload();
  await page.getByRole('article').first().waitFor();
  await tab.reload();
  await tab.getByRole('article').first().waitFor();

  await signIn(here, 'Sam Carter', account);
  await endOthers(here);
  await page.getByRole('button', { name: 'Refresh' }).click();
  for (const each of [page, tab]) {
    await seesProblem(each, 'session_ended');
    await each.getByRole('heading', { name: 'Your session has ended' }).waitFor();
    expect(await each.getByRole('article').count()).toBe(0);
    expect(await focused(each)).toBe('Your session has ended');
    expect(await each.getByRole('main').getByRole('link').allTextContents()).toEqual([
      'Log in again',
      'Back to the dashboard',
    ]);
  }
  // It leads back to what was there.
  await tab.getByRole('link', { name: 'Log in again' }).click();
  await consent(tab, 'Sam Carter');
  await tab.waitForURL('**/discord/guilds?q=a');
  await page.getByRole('article').first().waitFor();
});

test('a change that is refused because the session has ended says so too', async () => {
  const { page: here } = await world.visit();
  const { page: there, context, expectMessages } = await world.visit();
  expectMessages(/401|net::ERR_/);
  await context.route('**/api/events', (route) => route.abort());
  await signIn(there, 'Sam Carter', account);
  await signIn(here, 'Sam Carter', account);
  await there.reload();
  const end = there.getByRole('button', { name: /^End session: / }).first();
  await end.waitFor();
  await endOthers(here);
  await end.click();
  await seesProblem(there, 'session_ended');
  expect(await there.getByRole('alert').count()).toBe(0);
});
