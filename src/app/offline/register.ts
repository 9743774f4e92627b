import type { OfflineAnswer, OfflineRequest } from './kept-files';

/**
 * What the page may say about working without a network.
 * `ready` is told only when the service worker has every file of its version and controls this page.
 */
export type OfflineState =
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'fetching'; readonly heldBytes: number; readonly totalBytes: number }
  | { readonly kind: 'ready'; readonly version: string; readonly totalBytes: number; readonly updateWaiting: boolean }
  | { readonly kind: 'failed' };

type Listener = (state: OfflineState) => void;

const RELOAD_MARK = 'renalens-isolation-reload';
const listeners = new Set<Listener>();
let state: OfflineState = { kind: 'starting' };
let waitingWorker: ServiceWorker | null = null;

function tell(next: OfflineState): void {
  state = next;
  for (const listener of listeners) listener(state);
}

/** Calls the listener with the state now and at each change. Returns the way to stop. */
export function subscribeOffline(listener: Listener): () => void {
  listeners.add(listener);
  listener(state);
  return () => {
    listeners.delete(listener);
  };
}

/** The state now, for stores that ask instead of listening. */
export function offlineState(): OfflineState {
  return state;
}

function ask(worker: ServiceWorker, request: OfflineRequest): void {
  worker.postMessage(request);
}

/** Lets a waiting new version take over; the page should reload at once, for its own parts are those of the old one. */
export function takeOverUpdate(): void {
  if (!waitingWorker) return;
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  ask(waitingWorker, { kind: 'take-over' });
}

/** Removes the service worker; part of 'forget everything', which deletes all caches itself. */
export async function forgetOffline(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
}

/**
 * Registers the service worker of the built page and keeps the state current. Where the host sends no isolation headers,
 * the page is loaded once more as soon as the worker can add them, but only while `mayReload` says that nothing is open.
 */
export async function registerOffline(mayReload: () => boolean): Promise<void> {
  if (!('serviceWorker' in navigator) || !isSecureContext) {
    tell({ kind: 'unsupported' });
    return;
  }
  const container = navigator.serviceWorker;
  container.addEventListener('message', (event: MessageEvent<OfflineAnswer>) => {
    const told = event.data;
    if (told.kind === 'progress' && state.kind !== 'ready') tell({ kind: 'fetching', heldBytes: told.heldBytes, totalBytes: told.totalBytes });
    if (told.kind === 'status' && told.ready) {
      tell({ kind: 'ready', version: told.version, totalBytes: told.totalBytes, updateWaiting: waitingWorker !== null });
      reloadOnceForIsolation(mayReload);
    }
  });
  container.addEventListener('controllerchange', () => {
    if (container.controller) ask(container.controller, { kind: 'status' });
  });
  try {
    const registration = await container.register(new URL('service-worker.js', document.baseURI), { updateViaCache: 'none' });
    registration.addEventListener('updatefound', () => watchInstalling(registration));
    watchInstalling(registration);
    waitingWorker = registration.waiting;
    if (container.controller) ask(container.controller, { kind: 'status' });
  } catch {
    // Without a network the update check fails, but a worker that already controls the page serves it all the same.
    if (container.controller) ask(container.controller, { kind: 'status' });
    else tell({ kind: 'failed' });
  }
}

function watchInstalling(registration: ServiceWorkerRegistration): void {
  const installing = registration.installing;
  installing?.addEventListener('statechange', () => {
    if (installing.state === 'installed' && registration.waiting && navigator.serviceWorker.controller) {
      waitingWorker = registration.waiting;
      ask(navigator.serviceWorker.controller, { kind: 'status' });
    }
    if (installing.state === 'redundant' && !navigator.serviceWorker.controller && !registration.active) tell({ kind: 'failed' });
  });
}

function reloadOnceForIsolation(mayReload: () => boolean): void {
  if (crossOriginIsolated || sessionStorage.getItem(RELOAD_MARK) !== null || !mayReload()) return;
  sessionStorage.setItem(RELOAD_MARK, '1');
  location.reload();
}
