import { create } from 'zustand';
import type { CaseEvent, SecondOpinion } from '../../worker/protocol';
import { keepPack, listKeptPacks, packFacts, removeKeptPack, removeKeptPacks, type PackFacts } from './kept-packs';

/** What the page knows of packs beside the one whose manifest is in the store. */
interface Shelf {
  readonly inUse: PackFacts | null;
  /** True when the pack in use came from the user, not from the site. */
  readonly foreign: boolean;
  readonly kept: readonly PackFacts[];
  /** True after the browser refused to keep a pack. */
  readonly full: boolean;
  /** Another pack's answers on the same centre; `asked` while they are awaited. */
  readonly second: SecondOpinion | null;
  readonly asked: boolean;
}

/** The shelf of packs. No file and no array is in it. */
export const usePackShelf = create<Shelf>()(() => ({ inUse: null, foreign: false, kept: [], full: false, second: null, asked: false }));

const set = usePackShelf.setState;
/** Files of the pack that was dropped last, until the worker has taken or refused them. */
let dropped: readonly File[] | null = null;
/** Files of the pack in use, so that it can be kept; null for the site's own. */
let filesInUse: readonly File[] | null = null;

/** Notes files that may be a pack, before the worker is asked. */
export function packDropped(files: readonly File[] | null): void {
  dropped = files;
}

/** Files of the user's pack in use, to be given to a new worker; null for the site's own. */
export function filesOfForeignPack(): readonly File[] | null {
  return usePackShelf.getState().foreign ? filesInUse : null;
}

/** Keeps the shelf in step with what the worker tells. */
export function shelfHears(event: CaseEvent): void {
  switch (event.kind) {
    case 'pack':
      // The site's own pack may be ready only after another was dropped; it must not pass for that one.
      filesInUse = event.foreign ? dropped : null;
      set({ inUse: packFacts(event.manifest, event.sha256), foreign: event.foreign ?? false, full: false, second: null, asked: false });
      if (event.foreign) dropped = null;
      break;
    case 'pack-refused':
      dropped = null;
      set({ asked: false });
      break;
    case 'second-opinion':
      set({ second: event.opinion, asked: false });
      break;
    case 'masses':
    case 'volume':
      // Another centre is read, or another case. A second opinion that was under way is over; its own end belongs to an older run.
      set({ second: null, asked: false });
      break;
    case 'worker-lost':
    case 'failed':
    case 'cancelled':
      set({ asked: false });
      break;
    default:
  }
}

/** Lists what is kept; called at start and after each change. */
export async function refreshShelf(): Promise<void> {
  set({ kept: await listKeptPacks() });
}

/** Keeps the pack in use in this browser, on the user's word. */
export async function keepInUse(): Promise<void> {
  const { inUse } = usePackShelf.getState();
  if (inUse === null || filesInUse === null) return;
  try {
    await keepPack(inUse, filesInUse);
  } catch {
    set({ full: true });
  }
  await refreshShelf();
}

/** Removes one kept pack; the one in use stays in use. */
export async function removeFromShelf(sha256: string): Promise<void> {
  await removeKeptPack(sha256);
  await refreshShelf();
}

/** Removes every kept pack from this browser, for 'forget everything'. */
export async function forgetPacks(): Promise<void> {
  await removeKeptPacks();
  filesInUse = null;
  set({ kept: [], second: null });
}
