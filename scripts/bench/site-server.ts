import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { servePage } from '../serve.mjs';

/** The built page on a free port, with a count of the bytes that went over the wire, headers and all. */
export interface CountingSite {
  readonly origin: string;
  sentBytes(): number;
  close(): void;
}

/** Starts the server that `npm start` starts, counting. */
export async function startCountingSite(): Promise<CountingSite> {
  const server = servePage({ root: join(import.meta.dirname, '..', '..', 'dist') });
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((done) => server.listen(0, 'localhost', done));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    sentBytes: () => [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, 0),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
