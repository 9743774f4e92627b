import type { RegistrationEngine } from '../core/ports';

/** A registration engine whose code is fetched when it is warmed or first used; single-phase studies never need it. */
export function lazyRegistration(siteUrl: string): RegistrationEngine {
  let engine: Promise<RegistrationEngine> | null = null;
  const loaded = (): Promise<RegistrationEngine> =>
    (engine ??= import('../registration/elastix-browser').then(({ browserRegistration }) => browserRegistration(new URL('elastix/', siteUrl).href)));
  return {
    warm: async () => {
      // Without a network the first alignment says so; nothing is lost by not being warm.
      await loaded().then(({ warm }) => warm?.()).catch(() => undefined);
    },
    align: async (fixed, moving) => (await loaded()).align(fixed, moving),
  };
}
