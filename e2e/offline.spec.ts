import { expect, test } from '@playwright/test';
import { expectIdle, expectPanes, openPage, savedReport, scores } from './support/reading';
import { startSite } from './support/site';

test.use({ serviceWorkers: 'allow' });

test('ready offline: the network is cut, the page loaded again, and the sample read', async ({ page, context }) => {
  const site = await startSite({ bare: false });
  try {
    await page.goto(site.origin);
    await expect(page.getByTestId('offline-ready').first()).toBeVisible({ timeout: 120_000 });
    await context.setOffline(true);
    await site.stop();
    await page.reload();
    await expect(page.getByTestId('sample-phantom')).toBeVisible();
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await page.getByTestId('sample-phantom').click();
    await expectPanes(page, 3);
    await scores(page);
    await expectIdle(page);
    expect((await savedReport(page)).status).toBe('read');
  } finally {
    await site.dispose().catch(() => undefined);
  }
});

test('without isolation the study is read on one thread', async ({ page }) => {
  const site = await startSite({ bare: true });
  try {
    await page.addInitScript(() => sessionStorage.setItem('renalens-isolation-reload', '1'));
    await page.goto(site.origin);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
    await openPageHere(page);
    await expect(page.getByTestId('backend').first()).toContainText('1 thread');
  } finally {
    await site.dispose();
  }
});

async function openPageHere(page: Parameters<typeof openPage>[0]): Promise<void> {
  await expect(page.getByRole('button', { name: 'Open folder' })).toBeVisible();
}
