import type { Plugin } from 'vite';
export declare function elastixAssets(): Plugin;
