import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { servePage } from '../../scripts/serve.mjs';

const REPOSITORY = resolve(import.meta.dirname, '..', '..');

/** A copy of the built site on a server of its own, to be changed, stopped and broken by a test. */
export interface Site {
  readonly folder: string;
  readonly origin: string;
  /** Lists the files anew and bundles the service worker, as the last step of the build does. */
  rebuild(): void;
  /** Stops answering, connections and all. */
  stop(): Promise<void>;
  dispose(): Promise<void>;
}

/** Copies `dist` and serves it; `bare` sends none of our headers. */
export async function startSite(options: { bare: boolean }): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'renalens-site-'));
  cpSync(join(REPOSITORY, 'dist'), folder, { recursive: true });
  const server: Server = servePage({ root: folder, bare: options.bare });
  await new Promise<void>((done) => server.listen(0, 'localhost', done));
  const stop = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((done) => server.close(() => done()));
  };
  return {
    folder,
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    rebuild: () => void execFileSync(process.execPath, [join(REPOSITORY, 'scripts/build-service-worker.mjs'), folder], { stdio: 'pipe' }),
    stop,
    async dispose() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
