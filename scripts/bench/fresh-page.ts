import { chromium, type FileChooser, type Page } from 'playwright';
import type { BenchContext } from './part';

/** The built page in a browser of its own, ready for files; the browser is closed when `act` has ended. `watch` runs in the page from its start. */
export async function withFreshPage<T>({ site, launch }: Pick<BenchContext, 'site' | 'launch'>, watch: (() => void) | null, act: (page: Page) => Promise<T>): Promise<T> {
  const browser = await chromium.launch(launch);
  try {
    // The service worker is left out: fetching the whole site for later would be timed along.
    const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, serviceWorkers: 'block' });
    const page = await context.newPage();
    if (watch !== null) {
      // The runner's compiler wraps named functions in a helper that the page does not have.
      await page.addInitScript('globalThis.__name = (one) => one');
      await page.addInitScript(watch);
    }
    await page.goto(site.origin);
    await page.getByTestId('backend').first().waitFor();
    return await act(page);
  } finally {
    await browser.close();
  }
}

/** The dialog behind one of the page's two buttons, open and not yet answered. */
export async function askedFiles(page: Page, button: 'Open folder' | 'Open files'): Promise<FileChooser> {
  const dialog = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: button }).click();
  return dialog;
}
