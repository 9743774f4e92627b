import type { BrowserContext } from '@playwright/test';

/** What a browser context asked the network for: page, workers and service worker alike. */
export interface Traffic {
  /** Requests that carried a body, with its size. */
  readonly withBody: { url: string; bytes: number }[];
  /** Hosts other than our own. */
  readonly foreign: string[];
  readonly sockets: string[];
  readonly requests: string[];
}

/** Watches a context from before its first page. Only addresses of the network count; data: and blob: reach no host. */
export function watchTraffic(context: BrowserContext, ownOrigin: string): Traffic {
  const traffic: Traffic = { withBody: [], foreign: [], sockets: [], requests: [] };
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol === 'data:' || url.protocol === 'blob:') return;
    traffic.requests.push(request.url());
    if (url.origin !== ownOrigin) traffic.foreign.push(url.href);
    const body = request.postDataBuffer();
    if (body !== null || !['GET', 'HEAD'].includes(request.method())) traffic.withBody.push({ url: url.href, bytes: body?.length ?? 0 });
  });
  context.on('page', (page) => page.on('websocket', (socket) => traffic.sockets.push(socket.url())));
  return traffic;
}
