/** A person's own sessions: seen, ended one by one, ended all at once. */
import { expect, test } from 'vitest';
import { seesProblem, signIn, useProductAndBrowser } from '../harness/browser.ts';

const world = useProductAndBrowser();

test('someone with two browsers sees both, knows which one this is, and can end the other', async () => {
  const { page: here } = await world.visit();
  const { page: there, expectMessages } = await world.visit();
  await signIn(there, 'Sam Carter');
  await there.getByRole('article').first().waitFor();
  await signIn(here, 'Sam Carter', '/account');
  const rows = here.getByRole('list', { name: 'Where you are signed in' }).getByRole('listitem');
  await expect.poll(() => rows.count()).toBe(2);
  const current = rows.filter({ hasText: 'This browser' });
  expect(await current.count()).toBe(1);
  expect(await current.getByRole('button').count()).toBe(0);

  await here.getByRole('button', { name: /^End session: Chrome/ }).click();
  await expect.poll(() => rows.count()).toBe(1);
  await rows.getByText('This browser').waitFor();

  expectMessages(/401/);
  await there.getByRole('button', { name: 'Refresh' }).click();
  await seesProblem(there, 'signed_out');
  expect(await there.getByRole('navigation').count()).toBe(0);
});

test('someone else sees their own sessions only', async () => {
  const { page } = await world.visit();
  await signIn(page, '하늘', '/account');
  const rows = page.getByRole('list', { name: 'Where you are signed in' }).getByRole('listitem');
  await expect.poll(() => rows.count()).toBe(1);
  await page.getByText('@haneul').waitFor();
});

test('signing out everywhere asks first, and then ends every session', async () => {
  const { page: here } = await world.visit({ language: 'ko' });
  const { page: there } = await world.visit();
  await signIn(there, '박지호 <mod>', '/account');
  await signIn(here, '박지호 <mod>', '/account');
  const ask = here.getByRole('button', { name: '모든 곳에서 로그아웃' });
  await ask.click();
  const question = here.getByRole('alertdialog', { name: '모든 곳에서 로그아웃할까요?' });
  await question.getByRole('button', { name: '취소' }).click();
  await expect.poll(() => question.count()).toBe(0);
  await here.getByRole('heading', { name: '내 계정' }).waitFor();

  await ask.click();
  await question.getByRole('button', { name: '모든 곳에서 로그아웃' }).click();
  await seesProblem(here, 'signed_out');
  await there.reload();
  await seesProblem(there, 'signed_out');
});

test('a sign-out that does not reach the server is not shown as one', async () => {
  const { page, expectMessages } = await world.visit();
  expectMessages(/net::ERR_/);
  await signIn(page, 'Sam Carter', '/account');
  await page.route('**/api/logout', (route) => route.abort('connectionrefused'));
  await page.getByRole('main').getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByRole('alert').getByText('You are still signed in').waitFor();
  await page.unroute('**/api/logout');
  await page.getByRole('main').getByRole('button', { name: 'Sign out', exact: true }).click();
  await seesProblem(page, 'signed_out');
});
