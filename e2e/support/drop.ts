import type { Page } from '@playwright/test';

/**
 * Drops files or folders onto the window as the operating system does: through the browser's own drag events, so that
 * folders arrive as entries to be walked. Paths are absolute.
 */
export async function dropOnto(page: Page, paths: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const size = page.viewportSize() ?? { width: 1280, height: 720 };
  const event = { x: size.width / 2, y: size.height / 2, data: { items: [], files: [...paths], dragOperationsMask: 1 } };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await session.send('Input.dispatchDragEvent', { type, ...event });
  await session.detach();
}
