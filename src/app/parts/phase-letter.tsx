import type { ReactElement } from 'react';
import type { PhaseChoice } from '../store/state';

/** The letter of a phase in its colour. */
export function PhaseLetter({ choice, size = 'small' }: { readonly choice: PhaseChoice; readonly size?: 'small' | 'large' }): ReactElement {
  return <span className={`phase-letter phase-${choice} ${size}`}>{choice === 'off' ? '–' : choice === 'U' ? '?' : choice}</span>;
}
