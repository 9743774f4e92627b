import { defineConfig } from '@playwright/test';
import { chromiumPath } from './scripts/chromium.mjs';

const executablePath = chromiumPath();
const port = Number(process.env['RENALENS_PORT'] ?? 4173);

/** The built page as a user sees it, in a real Chromium with software rendering. */
export default defineConfig({
  testDir: 'e2e',
  timeout: 500_000,
  // Two shared cores: what a user would wait for may take long beside an analysis.
  expect: { timeout: 30_000 },
  workers: 1,
  retries: 0,
  reporter: [['list']],
  use: {
    actionTimeout: 30_000,
    baseURL: `http://localhost:${port}`,
    viewport: { width: 1280, height: 720 },
    // Each test has a browser of its own, which would fetch and hold the whole site anew; tests that need it say so.
    serviceWorkers: 'block',
    launchOptions: {
      ...(executablePath === undefined ? {} : { executablePath }),
      args: ['--no-sandbox', '--enable-unsafe-swiftshader', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--disable-quic'],
    },
  },
  webServer: {
    command: `node scripts/serve.mjs --port ${port}`,
    url: `http://localhost:${port}`,
    reuseExistingServer: false,
  },
});
