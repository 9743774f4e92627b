import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** The registration pipeline that the browser loads from our own origin; without it the package would ask a public host. */
const FILES = ['elastix.js', 'elastix.wasm.zst'];
const FOLDER = resolve(import.meta.dirname, '../node_modules/@itk-wasm/elastix/dist/pipelines');
const TYPES = { '.js': 'text/javascript', '.zst': 'application/octet-stream' };

/** Vite plugin: puts the pipeline under `elastix/` of the built site, and serves it from there in development. */
export function elastixAssets() {
  return {
    name: 'renalens-elastix-assets',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const name = FILES.find((file) => request.url?.split('?')[0] === `/elastix/${file}`);
        if (name === undefined) return next();
        response.setHeader('Content-Type', TYPES[name.slice(name.lastIndexOf('.'))]);
        createReadStream(join(FOLDER, name)).pipe(response);
      });
    },
    async generateBundle() {
      for (const name of FILES) this.emitFile({ type: 'asset', fileName: `elastix/${name}`, source: await readFile(join(FOLDER, name)) });
    },
  };
}
