import { useApp } from './store/store';

/** What somebody who helps needs to know, without anything of the patient: versions, backend, memory, timings, volumes' sizes. */
export function diagnosticsText(): string {
  const { backend, steps, reading, series, pack } = useApp.getState();
  const memory = (performance as { memory?: { usedJSHeapSize: number } }).memory;
  const lines = [
    `RenaLens ${__APP_VERSION__}`,
    navigator.userAgent,
    `backend ${backend?.backend ?? '-'} ${backend?.adapter ?? ''} threads ${backend?.threads ?? '-'} isolated ${crossOriginIsolated}`,
    `cores ${navigator.hardwareConcurrency} heap ${memory ? Math.round(memory.usedJSHeapSize / 1e6) : '-'} MB`,
    `pack ${reading?.pack.id ?? pack?.id ?? '-'} ${reading?.pack.version ?? pack?.version ?? ''}`,
    ...series.map(({ grid }, n) => `volume ${n + 1}: ${grid.sizeIjk.join(' x ')} at ${grid.spacingMm.map((mm) => mm.toFixed(3)).join(' x ')} mm`),
    ...Object.entries(steps).map(([step, { elapsedMs }]) => `${step}: ${Math.round(elapsedMs)} ms`),
    ...Object.entries(reading?.timingsMs ?? {}).map(([step, ms]) => `timing ${step}: ${Math.round(ms)} ms`),
  ];
  return lines.join('\n');
}
