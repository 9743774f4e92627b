import type { CaseEvent } from '../../worker/protocol';
import { ask } from '../asking';
import { choiceOf, rereadRequest } from '../requests';
import type { CaseState } from '../store/state';
import { useApp } from '../store/store';
import { keptPackFiles } from './kept-packs';
import { filesOfForeignPack, packDropped, usePackShelf } from './shelf';

/** Everything that is asked of the worker about packs: which one is in use, and what another says. */

/** True from the loss of a worker until the next one has the user's pack, or has refused it. */
let givingAgain = false;

/** True for the files of a pack, unzipped. */
function isPack(files: readonly File[]): boolean {
  return files.some((file) => file.name === 'manifest.json') && !files.some((file) => /\.(dcm|nii|nii\.gz|zip)$/i.test(file.name));
}

/** Notes files that may be a pack, and asks the worker to use those that are one; false for others, which are a study. */
export function takePack(files: readonly File[]): boolean {
  const pack = isPack(files);
  packDropped(pack || (files.length === 1 && /\.zip$/i.test(files[0]?.name ?? '')) ? files : null);
  if (pack) ask((worker) => worker.usePack(files));
  return pack;
}

/** Puts a kept pack in the place of the one in use. */
export function takeKeptPack(sha256: string): void {
  void keptPackFiles(sha256).then((files) => {
    packDropped(files);
    ask((worker) => worker.usePack(files));
  });
}

/** Goes back to the site's own pack. */
export function backToDefaultPack(): void {
  packDropped(null);
  useApp.setState({ packRefusal: null });
  ask((worker) => worker.useDefaultPack());
}

/** Has the centre that is shown read by a kept pack as well, or by the site's own (null). */
export function askSecondOpinion(sha256: string | null): void {
  const { caseId, runId, centre, activity } = useApp.getState();
  if (caseId === 0 || centre === null || activity !== 'idle') return;
  usePackShelf.setState({ asked: true });
  const request = rereadRequest(runId, choiceOf(centre));
  const files = sha256 === null ? Promise.resolve(null) : keptPackFiles(sha256).catch(() => []);
  void files.then((found) => ask((worker) => worker.secondOpinion(caseId, request, found)));
}

/** Gives the user's pack, where one was in use, to a worker that came in the place of a lost one. */
export function givePackAgain(): void {
  const files = filesOfForeignPack();
  givingAgain = files !== null;
  if (files === null) return;
  packDropped(files);
  ask((worker) => worker.usePack(files));
}

/**
 * True for what is not to be heard. A new worker comes with the site's own pack. Where the user's pack was in use it is given to
 * it at once, and only that one is heard of: the numbers must not change their networks unasked. A pack that can no longer be
 * read is told as refused.
 */
export function passedOver(heard: CaseEvent): boolean {
  if (!givingAgain) return false;
  if (heard.kind === 'pack' && heard.foreign !== true) return true;
  if (heard.kind === 'pack' || heard.kind === 'pack-refused') givingAgain = false;
  if (heard.kind === 'pack-refused') ask((worker) => worker.useDefaultPack());
  return false;
}

/**
 * True for a pack other than the one that outlined and read what is on screen: its numbers must not stand under the new one's
 * name. Before the first pack is there, a kept case may stand on the screen already: its reading says by which pack it is.
 */
export function isAnotherPack({ pack, reading }: CaseState, heard: CaseEvent): boolean {
  if (heard.kind !== 'pack') return false;
  const { manifest } = heard;
  if (pack !== null) return JSON.stringify(pack) !== JSON.stringify(manifest);
  return reading !== null && (reading.pack.id !== manifest.id || reading.pack.version !== manifest.version);
}
