import type { SampleAnswer, SampleRequest } from './sample.worker';

/** Where the anatomy of the sample lies, below the page's own address. */
const TRUNK_PATH = 'phantom/trunk.bin';

/**
 * Paints the sample study with several workers, each its share of the slices.
 * @param start starts one painter; @param painters how many
 * @param onProgress called with 0 to 1 as files arrive
 * @returns the study's DICOM files in the order of their paths
 * @throws Error when the anatomy cannot be fetched or a painter fails; the caller shows it as `internal-error`
 */
export async function paintWith(start: () => Worker, painters: number, onProgress: (fraction: number) => void, signal?: AbortSignal): Promise<File[]> {
  const response = await fetch(new URL(TRUNK_PATH, document.baseURI), signal ? { signal } : {});
  if (!response.ok) throw new Error(`${TRUNK_PATH}: ${response.status}`);
  const trunk = new Uint8Array(await response.arrayBuffer());
  const files: File[] = [];
  const workers: Worker[] = [];
  try {
    await Promise.all(
      Array.from({ length: painters }, (_, part) => {
        const worker = start();
        workers.push(worker);
        return paintShare(worker, { trunk, share: { part, of: painters } }, signal, (file, total) => {
          files.push(file);
          onProgress(files.length / total);
        });
      }),
    );
  } finally {
    for (const worker of workers) worker.terminate();
  }
  return files.sort((a, b) => (a.webkitRelativePath + a.name < b.webkitRelativePath + b.name ? -1 : 1));
}

function paintShare(worker: Worker, request: SampleRequest, signal: AbortSignal | undefined, onFile: (file: File, total: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.addEventListener('abort', () => reject(new DOMException('cancelled', 'AbortError')), { once: true });
    worker.addEventListener('error', (event) => reject(new Error(event.message)));
    worker.addEventListener('message', ({ data }: MessageEvent<SampleAnswer>) => {
      if (data.kind === 'file') onFile(new File([data.bytes], data.path.replaceAll('/', '_'), { type: 'application/dicom' }), data.total);
      else if (data.kind === 'done') resolve();
      else reject(new Error(data.issue.code));
    });
    worker.postMessage(request);
  });
}
