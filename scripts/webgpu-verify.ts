/**
 * npm run webgpu:verify [-- NETWORK.onnx ...]: runs the networks of the default pack on WebGPU in Chromium, through the product's
 * own engine, and compares with the stored answers. Without a graphics card the adapter is Chromium's software one, which the
 * product itself never takes (it is a hundred times slower than WASM), so it is passed off as a real one here: what is
 * checked is that every operator runs on WebGPU and answers right, not how fast. Prints one JSON object per network; exit 1
 * when one falls back to WASM or answers wrongly.
 */
import { chromium } from 'playwright';
import { createServer } from 'vite';
import { ensureChromium } from './chromium.mjs';

interface Verified {
  readonly file: string;
  readonly backend: string;
  readonly adapter: string;
  readonly difference: number | null;
  readonly seconds: number;
  readonly issues: readonly string[];
}

const wanted = process.argv.slice(2);
// Packages as they are: bundling them first would load the page anew half way.
const server = await createServer({ server: { port: 0, hmr: false }, optimizeDeps: { noDiscovery: true }, logLevel: 'error' });
await server.listen();
const address = server.resolvedUrls?.local[0] ?? '';
const browser = await chromium.launch({ executablePath: ensureChromium(), args: ['--no-sandbox', '--enable-unsafe-webgpu'] });
let wrong = 0;
try {
  const page = await browser.newPage();
  // The runner's compiler wraps named functions in a helper that the page does not have.
  await page.addInitScript('globalThis.__name = (one) => one');
  // A page of the origin without the app in it.
  await page.goto(new URL('models/renalens-demo/manifest.json', address).href);
  const manifest = (await (await fetch(new URL('models/renalens-demo/manifest.json', address))).json()) as { readonly files: readonly { readonly path: string; readonly role: string }[] };
  const networks = manifest.files.filter(({ path, role }) => role === 'onnx' && (wanted.length === 0 || wanted.includes(path)));
  for (const { path } of networks) {
    const verified: Verified = await page.evaluate(verifyOnGpu, path);
    if (verified.backend !== 'webgpu' || verified.difference === null) wrong += 1;
    process.stdout.write(`${JSON.stringify(verified)}\n`);
  }
} finally {
  await browser.close();
  await server.close();
}
process.exit(wrong > 0 ? 1 : 0);

/** Runs in the page; its imports are the server's. */
async function verifyOnGpu(file: string): Promise<Verified> {
  Object.defineProperty(GPUAdapterInfo.prototype, 'isFallbackAdapter', { get: () => false });
  const load = (path: string): Promise<unknown> => import(/* @vite-ignore */ path);
  const { openPack } = (await load('/src/packs/open-pack.ts')) as typeof import('../src/packs/open-pack');
  const { fetchedPack } = (await load('/src/worker/fetched-pack.ts')) as typeof import('../src/worker/fetched-pack');
  const { openBrowserEngine } = (await load('/src/inference/ort-engine.ts')) as typeof import('../src/inference/ort-engine');
  const { selfTest } = (await load('/src/inference/self-test.ts')) as typeof import('../src/inference/self-test');
  const issues: string[] = [];
  const pack = await openPack(fetchedPack(new URL('/models/renalens-demo/', location.href).href, () => undefined, ({ code }) => issues.push(code)));
  if (!pack.ok) return { file, backend: 'none', adapter: '', difference: null, seconds: 0, issues: [pack.issue.code] };
  const { engine, adapter } = await openBrowserEngine({ pack: pack.value, threads: 1, backend: 'webgpu', onIssue: ({ code }) => issues.push(code) });
  const runner = await engine.open(file);
  const begunMs = performance.now();
  const tested = runner.ok ? await selfTest(pack.value, file, runner.value) : runner;
  const seconds = Math.round((performance.now() - begunMs) / 100) / 10;
  const { backend } = engine;
  await engine.release();
  if (!tested.ok) issues.push(tested.issue.code);
  return { file, backend, adapter, difference: tested.ok ? Number(tested.value.toPrecision(2)) : null, seconds, issues };
}
