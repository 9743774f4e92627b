import type { RegistrationEngine } from '../core/ports';

/** A registration engine whose code is fetched when two phases are first aligned; single-phase studies never need it. */
export function lazyRegistration(siteUrl: string): RegistrationEngine {
  let engine: Promise<RegistrationEngine> | null = null;
  return {
    async align(fixed, moving) {
      engine ??= import('../registration/elastix-browser').then(({ browserRegistration }) => browserRegistration(new URL('elastix/', siteUrl).href));
      return (await engine).align(fixed, moving);
    },
  };
}
