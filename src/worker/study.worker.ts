import { expose } from 'comlink';
import { openBrowserEngine } from '../inference/ort-engine';
import { browserCodecs } from './browser-codecs';
import { fetchedPack } from './fetched-pack';
import { holdName } from './hold-name';
import { lazyRegistration } from './lazy-registration';
import type { WatchedWorker } from './protocol';
import { makeStudySession } from './study-session';

const held = holdName();

/** The browser's own parts for the session; see `study-session.ts` for what it does. */
const session = makeStudySession({
  codecs: browserCodecs(),
  isolated: crossOriginIsolated,
  nowMs: () => performance.now(),
  fetchPack: fetchedPack,
  openEngine: (pack, { threads, backend }, onIssue) => openBrowserEngine({ pack, threads: crossOriginIsolated ? threads : 1, backend, onIssue }),
  // The default pack lies two folders below the site's root: models/ID/.
  registration: ({ packUrl }) => lazyRegistration(new URL('../../', packUrl).href),
});

expose({ ...session, nameHeld: () => held } satisfies WatchedWorker);
