import { register } from 'tsx/esm/api';

// tsx does not follow into threads by itself.
register();
await import('./decode-thread.ts');
