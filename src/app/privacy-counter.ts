/** What left the page, counted while it runs. */
export interface PrivacyCount {
  /** Bytes of request bodies that the page handed to the network. */
  readonly sentBytes: number;
  /** Hosts other than our own that were asked for anything. */
  readonly foreignHosts: readonly string[];
  /** Attempts that the content security policy stopped. */
  readonly blocked: number;
  readonly requests: number;
}

let count: PrivacyCount = { sentBytes: 0, foreignHosts: [], blocked: 0, requests: 0 };
const listeners = new Set<() => void>();

function update(change: Partial<PrivacyCount>): void {
  count = { ...count, ...change };
  for (const listener of listeners) listener();
}

/** For React's external store hook. */
export function subscribePrivacy(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** The count now. */
export function privacyCount(): PrivacyCount {
  return count;
}

/**
 * Starts counting: every resource that the browser loads for this page, every body given to fetch, XHR, beacon or
 * WebSocket, and every attempt that the policy stops. Resources loaded by workers are counted there by the browser's
 * policy alone.
 */
export function startPrivacyCounter(): void {
  new PerformanceObserver((list) => {
    const foreign = new Set(count.foreignHosts);
    for (const entry of list.getEntries()) {
      const url = URL.canParse(entry.name) ? new URL(entry.name) : null;
      if (url && /^(https?|wss?):$/.test(url.protocol) && url.host !== location.host) foreign.add(url.host);
    }
    update({ requests: count.requests + list.getEntries().length, foreignHosts: [...foreign] });
  }).observe({ type: 'resource', buffered: true });
  document.addEventListener('securitypolicyviolation', () => update({ blocked: count.blocked + 1 }));
  countBodies();
}

function sizeOf(body: unknown): number {
  if (body === null || body === undefined) return 0;
  if (typeof body === 'string') return new TextEncoder().encode(body).length;
  if (body instanceof Blob) return body.size;
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return body.byteLength;
  return 1;
}

function countBodies(): void {
  const add = (body: unknown): void => {
    const bytes = sizeOf(body);
    if (bytes > 0) update({ sentBytes: count.sentBytes + bytes });
  };
  const ownFetch = window.fetch.bind(window);
  window.fetch = (input, init) => {
    add(init?.body ?? (input instanceof Request ? input.body : null));
    return ownFetch(input, init);
  };
  // The wrappers call the originals with their own receiver.
  const proto = XMLHttpRequest.prototype;
  const ownSend = Object.getOwnPropertyDescriptor(proto, 'send')?.value as (this: XMLHttpRequest, body?: XMLHttpRequestBodyInit | null) => void;
  proto.send = function (this: XMLHttpRequest, body?: Document | XMLHttpRequestBodyInit | null) {
    add(body);
    ownSend.call(this, body as XMLHttpRequestBodyInit | null);
  };
  const socket = WebSocket.prototype;
  const ownSocketSend = Object.getOwnPropertyDescriptor(socket, 'send')?.value as WebSocket['send'];
  socket.send = function (this: WebSocket, data: Parameters<WebSocket['send']>[0]) {
    add(data);
    ownSocketSend.call(this, data);
  };
  const ownBeacon = navigator.sendBeacon.bind(navigator);
  navigator.sendBeacon = (url, data) => {
    add(data);
    return ownBeacon(url, data);
  };
}
