import { paintWith } from './paint-sample';

/** Painters of the sample study at once; more than two gain little and cost memory. */
const PAINTERS = 2;

/** Paints the sample study in workers and returns it as DICOM files, to be opened like a dropped study. */
export function paintSample(onProgress: (fraction: number) => void, signal?: AbortSignal): Promise<File[]> {
  const start = (): Worker => new Worker(new URL('./sample.worker.ts', import.meta.url), { type: 'module', name: 'sample' });
  return paintWith(start, PAINTERS, onProgress, signal);
}
