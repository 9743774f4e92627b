import { join } from 'node:path';
import type { Page } from '@playwright/test';

const SCREENS = join(import.meta.dirname, '..', '..', 'docs', 'screens');

/** Keeps a picture of the page in docs/screens when the run is asked for pictures (RENALENS_SCREENS=1); else nothing. */
export async function keepScreen(page: Page, name: string): Promise<void> {
  if (process.env['RENALENS_SCREENS'] !== '1') return;
  // Panes settle after a change of size.
  await page.waitForTimeout(600);
  await page.screenshot({ path: join(SCREENS, `${name}.png`), animations: 'disabled' });
}
