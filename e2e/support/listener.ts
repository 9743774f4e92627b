import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A server of another origin that writes down whatever reaches it. */
export interface Listener {
  readonly port: number;
  /** Bytes that arrived, per connection; an empty string is a connection without a byte, such as a browser opens ahead of a navigation. */
  readonly heard: string[];
  close(): Promise<void>;
}

/** Listens on a free port of localhost and answers any first byte as a willing HTTP server would. */
export async function startListener(): Promise<Listener> {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    const at = heard.push('') - 1;
    sockets.add(socket);
    socket.on('data', (bytes) => {
      heard[at] = `${heard[at] ?? ''}${bytes.toString('latin1')}`;
      socket.end('HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nCross-Origin-Resource-Policy: cross-origin\r\nContent-Length: 0\r\n\r\n');
    });
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const close = (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  return { port: (server.address() as AddressInfo).port, heard, close };
}
