import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { startSite, type Site } from './support/site';

const READY_LIMIT_MS = 120_000;

/** Waits until the page itself says that it works without a network. */
async function waitUntilReady(page: Page): Promise<void> {
  await expect(page.getByTestId('offline-ready').first()).toBeVisible({ timeout: READY_LIMIT_MS });
}

/** Names of the site caches that the browser holds. */
function siteCaches(page: Page): Promise<string[]> {
  return page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith('renalens-site-')));
}

test.use({ serviceWorkers: 'allow' });

test.describe('the service worker', () => {
  let site: Site;
  test.afterEach(() => site.dispose());

  test('isolates the page on a host that sends no headers, after one reload, and closes its policy', async ({ page }) => {
    site = await startSite({ bare: true });
    let loads = 0;
    page.on('load', () => (loads += 1));
    await page.goto(site.origin);
    await expect.poll(() => page.evaluate(() => crossOriginIsolated).catch(() => false), { timeout: READY_LIMIT_MS }).toBe(true);
    await waitUntilReady(page);
    expect(loads).toBe(2);
    const headers = await page.evaluate(async () => Object.fromEntries((await fetch('/index.html')).headers));
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['cross-origin-embedder-policy']).toBe('require-corp');
    expect(await page.evaluate(() => typeof SharedArrayBuffer)).toBe('function');
  });

  test('replaces one version by the next as a whole, and refuses a damaged one', async ({ page, context }) => {
    site = await startSite({ bare: false });
    await page.goto(site.origin);
    await waitUntilReady(page);
    const [first] = await siteCaches(page);
    expect(first).toBeDefined();

    // A version whose list does not fit its files: the icon changed after the list was made.
    const icon = join(site.folder, 'icon.svg');
    const original = readFileSync(icon, 'utf8');
    writeFileSync(icon, original.replace('</svg>', '<desc>second</desc></svg>'));
    site.rebuild();
    writeFileSync(icon, original);
    const update = (): Promise<string> =>
      page.evaluate(async () => {
        const registration = (await navigator.serviceWorker.getRegistration())!;
        await registration.update();
        const worker = registration.installing ?? registration.waiting;
        if (!worker) return 'none';
        while (worker.state === 'installing') await new Promise((resolve) => worker.addEventListener('statechange', resolve, { once: true }));
        return worker.state;
      });
    expect(await update()).toBe('redundant');
    await page.reload();
    await waitUntilReady(page);
    expect(await siteCaches(page)).toContain(first);

    // The same version made right: it waits while the page is open, then takes over and the old one goes.
    writeFileSync(icon, original.replace('</svg>', '<desc>second</desc></svg>'));
    expect(await update()).toBe('installed');
    expect(await page.evaluate(async () => (await fetch('/icon.svg')).text())).not.toContain('second');
    await page.close();
    const later = await context.newPage();
    await expect(async () => {
      await later.goto(site.origin);
      expect(await later.evaluate(async () => (await fetch('/icon.svg')).text())).toContain('second');
    }).toPass({ timeout: 20_000 });
    await waitUntilReady(later);
    const left = await siteCaches(later);
    expect(left).toHaveLength(1);
    expect(left[0]).not.toBe(first);
  });

  test('serves the page when the server is gone, and nothing that it was not asked to keep', async ({ page }) => {
    site = await startSite({ bare: false });
    await page.goto(site.origin);
    await waitUntilReady(page);
    await site.stop();
    await page.reload();
    await waitUntilReady(page);
    await expect(page.getByTestId('sample-phantom')).toBeVisible();
    expect(await page.evaluate(() => fetch('/samples/any.dcm').then(() => 'answered', () => 'refused'))).toBe('refused');
    expect(await page.evaluate(async () => (await caches.keys()).every((name) => name.startsWith('renalens-')))).toBe(true);
  });
});
