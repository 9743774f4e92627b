import type { Server } from 'node:http';
export declare function servePage(options: { root: string; bare?: boolean }): Server;
