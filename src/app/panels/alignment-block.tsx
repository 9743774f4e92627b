import type { ReactElement } from 'react';
import { referencePhase } from '../comparisons';
import { Switches } from '../parts/switches';
import { useWords } from '../parts/use-words';
import { readAligned } from '../session';
import { flipComparison, useAlignment } from '../store/alignment';
import { useApp } from '../store/store';

/**
 * The switch between aligned phases and phases as scanned, and how two phases are compared in the panes: one after the other,
 * or square by square, to see whether borders stay or go on. Nothing flickers by itself.
 */
export function AlignmentBlock(): ReactElement | null {
  const { t } = useWords();
  const reading = useApp((state) => state.reading);
  const busy = useApp((state) => state.activity !== 'idle');
  const layout = useApp((state) => state.layout);
  const { on, view, flipped, other } = useAlignment();
  if (!reading || reading.phases.length < 2) return null;
  const reference = referencePhase(reading);
  const others = reading.phases.filter((phase) => phase !== reference);
  return (
    <details className="alignment" data-testid="alignment">
      <summary>{t('align')}</summary>
      <div className="alignment-body">
        <label className="toggle">
          <input type="checkbox" checked={on} disabled={busy} onChange={(event) => readAligned(event.target.checked)} />
          <span>{t('align.on')}</span>
        </label>
        <div className="row wrap">
          <Switches label={t('align.view')} value={view} onChange={(next) => useAlignment.setState({ view: next, flipped: false })} options={(['flip', 'squares'] as const).map((value) => ({ value, label: t(`align.${value}`) }))} />
          <button type="button" className="button small" aria-pressed={flipped} aria-keyshortcuts="X" title={`${t('align.change')} (X)`} onClick={flipComparison}>
            {t('align.change')}
          </button>
          {layout !== 'side-by-side' && others.length > 1 ? <Switches label={t('align.with')} value={other ?? others[0]!} onChange={(next) => useAlignment.setState({ other: next })} options={others.map((phase) => ({ value: phase, label: `${reference} / ${phase}` }))} /> : null}
        </div>
        <p className="secondary small">{t('align.what', { phase: t(`phase.${reference}`) })}</p>
      </div>
    </details>
  );
}
