import { create } from 'zustand';

/** How phases are laid on one another, and how that is looked at. */
interface Alignment {
  /** False reads the phases as scanned. */
  readonly on: boolean;
  /** The comparison of two phases' patches: squares of both in turn, or the one and the other by a key. */
  readonly view: 'squares' | 'flip';
  /** True while the other phase is shown in `flip`, or the squares have changed places. */
  readonly flipped: boolean;
}

/** Choices about the alignment; they hold for the page, not for a case. */
export const useAlignment = create<Alignment>()(() => ({ on: true, view: 'squares', flipped: false }));

/** Shows the other phase, or the squares the other way round. */
export function flipComparison(): void {
  useAlignment.setState(({ flipped }) => ({ flipped: !flipped }));
}
