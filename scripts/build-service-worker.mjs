import { createHash } from 'node:crypto';
import { readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { build } from 'vite';
import { contentSecurityPolicy, productionHeaders } from './headers.mjs';

/**
 * The last step of the build: writes the closed policy into the page for hosts that cannot send it, lists what is held
 * for use without a network, with a hash each, and bundles the service worker with that list. Argument: the built site.
 */
const root = resolve(import.meta.dirname, '..');
const dist = resolve(process.argv[2] ?? join(root, 'dist'));
const OUTPUT = 'service-worker.js';

/** Studies, and packs beside the default one, are fetched when asked for and never held on our own account. */
const LEFT_OUT = [/^samples\//, /^models\/(?!renalens-demo\/)[^/]+\//, /^service-worker\.js$/, /\.map$/, /(^|\/)README\.md$/];

/** A policy in the page cannot say who may frame it; only a header can. */
async function writePolicyIntoPage() {
  const page = join(dist, 'index.html');
  const html = await readFile(page, 'utf8');
  if (html.includes('http-equiv="Content-Security-Policy"')) return;
  const policy = contentSecurityPolicy.split('; ').filter((part) => !part.startsWith('frame-ancestors')).join('; ');
  await writeFile(page, html.replace('<meta charset="utf-8" />', `<meta charset="utf-8" />\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`));
}

async function keptFiles() {
  const names = (await readdir(dist, { recursive: true })).map((name) => name.split(sep).join('/')).sort();
  const files = [];
  for (const path of names) {
    const file = join(dist, path);
    if (LEFT_OUT.some((pattern) => pattern.test(path)) || !(await stat(file)).isFile()) continue;
    const bytes = await readFile(file);
    files.push({ path, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length });
  }
  return files;
}

await rm(join(dist, OUTPUT), { force: true });
await writePolicyIntoPage();
const files = await keptFiles();
const version = createHash('sha256').update(files.map((file) => `${file.path} ${file.sha256}\n`).join('')).update(JSON.stringify(productionHeaders)).digest('hex').slice(0, 16);

await build({
  root,
  configFile: false,
  logLevel: 'warn',
  publicDir: false,
  define: { KEPT_VERSION: JSON.stringify({ version, files, headers: productionHeaders }) },
  build: {
    target: 'es2023',
    outDir: dist,
    emptyOutDir: false,
    lib: { entry: join(root, 'src/app/offline/service-worker.ts'), formats: ['es'], fileName: () => OUTPUT },
  },
});

const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
process.stderr.write(`${relative(root, join(dist, OUTPUT))}: version ${version}, ${files.length} files, ${(bytes / 1e6).toFixed(1)} MB held for use without a network\n`);
