import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type LaunchOptions, type Page } from 'playwright';
import type { CountingSite } from './site-server';

/** Bytes of one visit: until the first screen can be used, and until everything is held for use without a network. */
export interface Visit {
  readonly usableBytes: number;
  readonly usableMs: number;
  readonly readyBytes: number;
}

async function visit(page: Page, site: CountingSite): Promise<Visit> {
  const before = site.sentBytes();
  const start = performance.now();
  await page.goto(site.origin);
  await page.getByTestId('sample-phantom').waitFor();
  const usableMs = performance.now() - start;
  const usableBytes = site.sentBytes() - before;
  await page.getByTestId('offline-ready').first().waitFor({ timeout: 300_000 });
  // An update check may follow; what it costs belongs to the visit.
  await page.waitForTimeout(2000);
  return { usableBytes, usableMs, readyBytes: site.sentBytes() - before };
}

/** A first and a second visit of the same new browser profile. */
export async function twoVisits(site: CountingSite, launch: LaunchOptions): Promise<{ first: Visit; second: Visit }> {
  const profile = mkdtempSync(join(tmpdir(), 'renalens-bench-'));
  try {
    const visits: Visit[] = [];
    for (let n = 0; n < 2; n += 1) {
      const context = await chromium.launchPersistentContext(profile, { ...launch, viewport: { width: 1280, height: 720 } });
      visits.push(await visit(context.pages()[0] ?? (await context.newPage()), site));
      await context.close();
    }
    return { first: visits[0]!, second: visits[1]! };
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
}
