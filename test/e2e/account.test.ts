/** A person's own sessions: seen, ended one by one, ended all at once. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { seesProblem, signIn, useProductAndBrowser } from '../harness/browser.ts';

const world = useProductAndBrowser();

const account = '/account';
const sessions = (page: Page) =>
  page.getByRole('list', { name: 'Where you are signed in' }).getByRole('listitem');

test('someone with two browsers sees both, knows which one this is, ends the other, and reads that it is done', async () => {
  const { page: here } = await world.visit();
  const { page: there } = await world.visit();
  await signIn(there, 'Sam Carter');
  await there.getByRole('article').first().waitFor();
  await signIn(here, 'Sam Carter', account);
  const rows = sessions(here);
  await expect.poll(() => rows.count()).toBe(2);
  const current = rows.filter({ hasText: 'This browser' });
  expect(await current.count()).toBe(1);
  expect(await current.getByRole('button').count()).toBe(0);
  // The exact time is there for who hovers.
  expect(await rows.first().locator('time').first().getAttribute('title')).toMatch(
    /\d{4}.*\d:\d\d.[AP]M/,
  );

  await here.getByRole('button', { name: /^End session: Chrome.*, signed in just now$/ }).click();
  await expect.poll(() => rows.count()).toBe(1);
  await rows.getByText('This browser').waitFor();
  const told = here.getByText(/^The session in Chrome.*, signed in just now, has ended\.$/);
  await told.waitFor();
  // The button is gone; the words that took its place have the focus.
  expect(
    await here.evaluate(() => [
      document.activeElement?.tagName,
      document.activeElement?.textContent,
    ]),
  ).toEqual(['OUTPUT', await told.textContent()]);
});

test('someone else sees their own sessions only', async () => {
  const { page } = await world.visit();
  await signIn(page, '하늘', account);
  await expect.poll(() => sessions(page).count()).toBe(1);
  await page.getByText('@haneul').waitFor();
});

test('signing out everywhere asks first, and then ends every session', async () => {
  const { page: here } = await world.visit({ language: 'ko' });
  const { page: there } = await world.visit();
  await signIn(there, '박지호 <mod>', account);
  await signIn(here, '박지호 <mod>', account);
  const ask = here.getByRole('button', { name: '모든 곳에서 로그아웃' });
  await ask.click();
  const question = here.getByRole('alertdialog', { name: '모든 곳에서 로그아웃할까요?' });
  await question.getByRole('button', { name: '취소' }).click();
  await expect.poll(() => question.count()).toBe(0);
  await here.getByRole('heading', { name: '내 계정' }).waitFor();

  await ask.click();
  await question.getByRole('button', { name: '모든 곳에서 로그아웃' }).click();
  await here.getByText('모든 곳에서 로그아웃되었습니다').waitFor();
  await here.waitForURL('**/discord/dashboard');
  await there.reload();
  await there.locator('[data-problem]').waitFor();
  expect(await there.getByText('@jiho').count()).toBe(0);
});

test('a sign-out that does not reach the server is not shown as one', async () => {
  const { page, expectMessages } = await world.visit();
  expectMessages(/net::ERR_/);
  await signIn(page, 'Sam Carter', account);
  await page.route('**/api/logout', (route) => route.abort('connectionrefused'));
  const signOutHere = page.getByRole('button', { name: 'Sign out of this browser' });
  await signOutHere.click();
  await page.getByRole('alert').getByText('We could not sign you out.').waitFor();
  await page.unroute('**/api/logout');
  await signOutHere.click();
  await page.getByText('You are signed out').waitFor();
  await page.waitForURL('**/discord/dashboard');
});

test('a sign-out of which only the answer was lost is not called a failure for long', async () => {
  const { page, expectMessages } = await world.visit();
  expectMessages(/net::ERR_/);
  await signIn(page, 'Sam Carter', account);
  await page.route('**/api/logout', async (route) => {
    await route.fetch();
    await route.abort('connectionreset');
  });
  await page.getByRole('button', { name: 'Sign out of this browser' }).click();
  await seesProblem(page, 'session_ended');
});

test('a bookmark of where this page used to stand leads to it', async () => {
  const { page } = await world.visit();
  await signIn(page, 'Sam Carter');
  await page.goto('/discord/account');
  await page.waitForURL('**/account');
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
});
