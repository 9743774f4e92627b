import { defineConfig } from 'vite';
import react from '@vitejs/plugin-react';
import { readFileSync } from 'node:fs';
import { elastixAssets } from './scripts/elastix-assets.mjs';
import { isolationHeaders } from './scripts/headers.mjs';

const { version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as { version: string };

/** The dev server needs inline scripts for hot reload, so the strict policy holds in preview and production only. */
export default defineConfig({
  plugins: [react(), elastixAssets()],
  define: { __APP_VERSION__: JSON.stringify(version) },
  worker: { format: 'es' },
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', 'module', 'browser', 'development|production'] },
  build: { target: 'es2023', sourcemap: false, chunkSizeWarningLimit: 5000 },
  server: { headers: isolationHeaders },
  preview: { headers: isolationHeaders },
});
