import { create } from 'zustand';
import type { ReadPhase } from '../../core/phase';

/** How phases are laid on one another, and how that is looked at. */
interface Alignment {
  /** False reads the phases as scanned. */
  readonly on: boolean;
  /** How two phases are compared in the panes: squares of both, or the one and the other by a key. */
  readonly view: 'squares' | 'flip';
  /** True while the other phase is shown in `flip`, or the squares have changed places. */
  readonly flipped: boolean;
  /** The phase laid on the reference where that one is shown alone; null is the first. */
  readonly other: ReadPhase | null;
}

/** Choices about the alignment; they hold for the page, not for a case. */
export const useAlignment = create<Alignment>()(() => ({ on: true, view: 'flip', flipped: false, other: null }));

/** Shows the other phase, or the squares the other way round. */
export function flipComparison(): void {
  useAlignment.setState(({ flipped }) => ({ flipped: !flipped }));
}

/** Every pane shows its own phase again. */
export function endComparison(): void {
  useAlignment.setState({ view: 'flip', flipped: false });
}
