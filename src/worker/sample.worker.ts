import type { Share } from '../phantom/paint-phase';
import { paintStudy, studyFiles } from '../phantom/paint-study';
import { readTrunk } from '../phantom/trunk';
import type { Issue } from '../core/issue';

/** What a painter is asked: its share of the slices, and the bytes of public/phantom/trunk.bin. */
export interface SampleRequest {
  readonly trunk: Uint8Array;
  readonly share: Share;
}

/** What a painter answers: its files one by one (bytes are moved), then 'done'; or why it cannot. */
export type SampleAnswer =
  | { readonly kind: 'file'; readonly path: string; readonly bytes: Uint8Array<ArrayBuffer>; readonly total: number }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly issue: Issue };

const post = (answer: SampleAnswer, moved: Transferable[] = []): void => self.postMessage(answer, { transfer: moved });

self.addEventListener('message', (event: MessageEvent<SampleRequest>) => {
  const trunk = readTrunk(event.data.trunk);
  if (!trunk.ok) {
    post({ kind: 'failed', issue: trunk.issue });
    return;
  }
  const total = studyFiles(trunk.value);
  for (const { path, bytes } of paintStudy(trunk.value, event.data.share)) post({ kind: 'file', path, bytes, total }, [bytes.buffer]);
  post({ kind: 'done' });
});
