import { createServer } from 'node:http';
import { readFile, stat } from 'node:fs/promises';
import { extname, join, normalize, resolve } from 'node:path';
import { productionHeaders } from './headers.mjs';

const TYPES = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css',
  '.json': 'application/json', '.webmanifest': 'application/manifest+json', '.wasm': 'application/wasm', '.svg': 'image/svg+xml',
  '.png': 'image/png', '.jpg': 'image/jpeg', '.md': 'text/plain; charset=utf-8', '.txt': 'text/plain; charset=utf-8',
};

const argument = process.argv.indexOf('--port');
const port = Number(argument > 0 ? process.argv[argument + 1] : (process.env.PORT ?? 4173));
const root = resolve(import.meta.dirname, '..', 'dist');

/** The built page on localhost with the headers that a host must send. Reads only; knows no upload. */
const server = createServer(async (request, response) => {
  const send = (status, body, type = 'text/plain; charset=utf-8') => {
    response.writeHead(status, { ...productionHeaders, 'Content-Type': type, 'Content-Length': Buffer.byteLength(body), 'Cache-Control': 'no-cache' });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(405, 'This server takes nothing in.');
  const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
  const file = join(root, normalize(path === '/' ? '/index.html' : path));
  if (!file.startsWith(root)) return send(404, 'Not found');
  try {
    if (!(await stat(file)).isFile()) return send(404, 'Not found');
    return send(200, await readFile(file), TYPES[extname(file)] ?? 'application/octet-stream');
  } catch {
    return send(404, 'Not found');
  }
});

server.listen(port, 'localhost', () => process.stderr.write(`RenaLens: http://localhost:${port}\n`));
