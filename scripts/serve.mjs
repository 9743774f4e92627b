import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { productionHeaders } from './headers.mjs';

const TYPES = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css',
  '.json': 'application/json', '.webmanifest': 'application/manifest+json', '.wasm': 'application/wasm', '.svg': 'image/svg+xml',
  '.png': 'image/png', '.jpg': 'image/jpeg', '.md': 'text/plain; charset=utf-8', '.txt': 'text/plain; charset=utf-8',
};
const COMPRESSED = new Set(['.html', '.js', '.mjs', '.css', '.json', '.webmanifest', '.wasm', '.svg', '.md', '.txt']);
/** Larger files are streamed, not held in memory; they are studies and weights, which gain nothing from gzip. */
const HELD_BYTES = 64 * 1024 * 1024;

/**
 * A server of one folder on localhost with the headers that a host must send. Reads only; knows no upload.
 * `bare` leaves every header of ours out, as a host does that cannot set them.
 */
export function servePage({ root, bare = false }) {
  const base = resolve(root);
  const ours = bare ? {} : productionHeaders;
  const held = new Map();

  /** The file's bytes, its gzip form where that is smaller, and its entity tag; kept until the file changes. */
  const hold = async (file, facts) => {
    const known = held.get(file);
    if (known && known.mtimeMs === facts.mtimeMs && known.size === facts.size) return known;
    const plain = await readFile(file);
    const packed = COMPRESSED.has(extname(file)) && plain.length > 1024 ? await promisify(gzip)(plain, { level: 6 }) : null;
    const entry = {
      mtimeMs: facts.mtimeMs,
      size: facts.size,
      plain,
      packed: packed && packed.length < plain.length ? packed : null,
      tag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    };
    held.set(file, entry);
    return entry;
  };

  return createServer(async (request, response) => {
    const answer = (status, headers, body) => {
      response.writeHead(status, { ...ours, ...headers });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    const refuse = (status, text) => answer(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' }, text);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      request.resume();
      return refuse(405, 'This server takes nothing in.');
    }
    try {
      const path = decodeURIComponent((request.url ?? '/').replace(/[?#].*$/s, ''));
      const file = join(base, normalize(path.endsWith('/') ? `${path}index.html` : path));
      if (path.includes('\0') || !file.startsWith(base + sep)) return refuse(404, 'Not found');
      const facts = await stat(file);
      if (!facts.isFile()) return refuse(404, 'Not found');
      const headers = {
        'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
        // Names under assets/ carry a hash of their content, so they never change; all else is asked for again, by tag.
        'Cache-Control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      };
      if (facts.size > HELD_BYTES) {
        response.writeHead(200, { ...ours, ...headers, 'Content-Length': facts.size });
        return request.method === 'HEAD' ? response.end() : createReadStream(file).on('error', () => response.destroy()).pipe(response);
      }
      const entry = await hold(file, facts);
      if (request.headers['if-none-match'] === entry.tag) return answer(304, { ...headers, ETag: entry.tag });
      const packed = entry.packed && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '') ? entry.packed : null;
      return answer(
        200,
        { ...headers, ETag: entry.tag, Vary: 'Accept-Encoding', 'Content-Length': (packed ?? entry.plain).length, ...(packed ? { 'Content-Encoding': 'gzip' } : {}) },
        packed ?? entry.plain,
      );
    } catch {
      return refuse(404, 'Not found');
    }
  });
}

if (process.argv[1] && resolve(process.argv[1]) === resolve(import.meta.filename)) {
  const argument = process.argv.indexOf('--port');
  const port = Number(argument > 0 ? process.argv[argument + 1] : (process.env.PORT ?? 4173));
  const server = servePage({ root: join(import.meta.dirname, '..', 'dist'), bare: process.argv.includes('--bare') });
  server.on('error', (problem) => {
    process.stderr.write(problem.code === 'EADDRINUSE' ? `Port ${port} is taken: choose another with --port.\n` : `${problem.message}\n`);
    process.exit(1);
  });
  server.listen(port, 'localhost', () => process.stderr.write(`RenaLens: http://localhost:${server.address().port}\n`));
}
