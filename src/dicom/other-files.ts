import { issue, type Issue } from '../core/issue';
import type { Monitor } from '../core/ports';
import { nameOfOther } from './judge-slice';

/** Files that are no image are named one by one up to this number; a disc full of viewers and help pages is then counted. */
const NAMED_FILES = 20;

/** Tells about files that hold no image: errors always, the rest by name at first and by number after that. */
export class OtherFiles {
  private readonly met = new Map<Issue['code'], number>();

  constructor(private readonly monitor: Monitor) {}

  tell(met: Issue): void {
    const sopClassUid = String(met.data?.['sopClassUid'] ?? '');
    const name = met.code === 'not-an-image' ? nameOfOther(sopClassUid) : null;
    const told = name === null ? met : issue(name, 'note', met.where);
    const count = (this.met.get(told.code) ?? 0) + 1;
    this.met.set(told.code, count);
    if (told.severity !== 'note' || count <= NAMED_FILES) this.monitor.issue(told);
  }

  /** One more issue for each kind of which not all files were named; `data.files` says how many were not. */
  tellRest(): void {
    for (const [code, count] of this.met) {
      if (count > NAMED_FILES && (code === 'not-dicom' || code === 'not-an-image' || code === 'dose-report')) {
        this.monitor.issue(issue(code, 'note', undefined, { files: count - NAMED_FILES }));
      }
    }
  }
}
