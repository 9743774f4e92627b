import { expect, test } from '@playwright/test';
import { expectIdle, expectPanes, keep, openPage, scores, setCentreAt } from './support/reading';
import { watchTraffic } from './support/traffic';

test.use({ serviceWorkers: 'allow' });

test('a study is opened, analysed, corrected and saved without a byte sent and without another host', async ({ page, context, baseURL }) => {
  const traffic = watchTraffic(context, baseURL!);
  const violations: string[] = [];
  await page.exposeFunction('tellViolation', (what: string) => violations.push(what));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      (globalThis as unknown as { tellViolation(what: string): void }).tellViolation(`${event.effectiveDirective} ${event.blockedURI}`);
    });
    // WebRTC is outside the policy: whoever makes a connection is told on.
    const refuse = (): never => {
      (globalThis as unknown as { tellViolation(what: string): void }).tellViolation('RTCPeerConnection');
      throw new Error('WebRTC');
    };
    Object.defineProperty(globalThis, 'RTCPeerConnection', { value: refuse });
  });

  await openPage(page);
  await page.getByTestId('sample-phantom').click();
  await expectPanes(page, 3);
  await scores(page);
  await expectIdle(page);
  await setCentreAt(page, 0, [0.4, 0.4]);
  await expectIdle(page);
  await page.keyboard.press('m');
  await keep(page, 'Report');
  await keep(page, 'Label map');
  await expect(page.getByTestId('offline-ready').first()).toBeVisible({ timeout: 120_000 });

  expect(traffic.requests.length).toBeGreaterThan(10);
  expect(traffic.withBody).toEqual([]);
  expect(traffic.foreign).toEqual([]);
  expect(traffic.sockets).toEqual([]);
  expect(violations).toEqual([]);
  const sentBytes = traffic.withBody.reduce((sum, request) => sum + request.bytes, 0);
  await expect(page.getByTestId('bytes-sent').first()).toContainText(`${sentBytes} bytes sent`);
});

test('the counter on the page counts: what the policy would stop is not hidden by it', async ({ page }) => {
  await openPage(page);
  await page.evaluate(() => fetch('/', { method: 'POST', body: 'x'.repeat(123) }).catch(() => undefined));
  await expect(page.getByTestId('bytes-sent').first()).toContainText('123 bytes sent');
});
