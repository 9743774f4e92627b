import type { ReactElement } from 'react';
import { Switches } from '../parts/switches';
import { useWords } from '../parts/use-words';
import { changeMasks } from '../session';
import type { BrushChoice } from '../store/state';
import { useApp } from '../store/store';

/** Tools to correct the outlines: brush and eraser, and what is done to a whole mass. */
export function Correction(): ReactElement {
  const words = useWords();
  const { t } = words;
  const brush = useApp((state) => state.brush);
  const mass = useApp((state) => state.masses.find((m) => m.id === state.centre?.massId));
  const set = (change: Partial<BrushChoice>): void => useApp.setState({ brush: { ...brush, ...change } });
  const act = (kind: 'smooth' | 'delete' | 'tumour' | 'cyst'): void => {
    if (mass) changeMasks({ kind, pointLpsMm: mass.centreLpsMm, label: mass.label });
  };
  return (
    <details className="correction">
      <summary>{t('correct')}</summary>
      <div className="correction-body">
      <div className="row wrap">
        <Switches
          label={t('correct')}
          value={brush.tool ?? 'away'}
          onChange={(tool) => set({ tool: tool === 'away' ? null : tool })}
          options={[
            { value: 'brush', label: t('brush.brush') },
            { value: 'eraser', label: t('brush.eraser') },
            { value: 'away', label: t('brush.away') },
          ]}
        />
        <Switches label={t('brush.label')} value={brush.label} onChange={(label) => set({ label })} options={(['tumour', 'cyst', 'kidney'] as const).map((label) => ({ value: label, label: t(`mass.${label}`) }))} />
      </div>
      <div className="row wrap">
        <label className="slider">
          <span>{t('brush.size')}</span>
          <input type="range" min={1} max={30} step={0.5} value={brush.radiusMm} onChange={(event) => set({ radiusMm: Number(event.target.value) })} />
          <span className="figures">{t('brush.mm', { mm: words.n(brush.radiusMm, 1) })}</span>
        </label>
        <label className="toggle">
          <input type="checkbox" checked={brush.threshold} onChange={(event) => set({ threshold: event.target.checked })} />
          <span>{t('brush.threshold')}</span>
        </label>
      </div>
      <div className="buttons wrap">
        <button type="button" className="button small" onClick={() => changeMasks({ kind: 'fill' })}>
          {t('correct.fill')}
        </button>
        <button type="button" className="button small" disabled={!mass} onClick={() => act('smooth')}>
          {t('correct.smooth')}
        </button>
        <button type="button" className="button small" disabled={!mass} onClick={() => act(mass?.label === 'cyst' ? 'tumour' : 'cyst')}>
          {t(mass?.label === 'cyst' ? 'correct.tumour' : 'correct.cyst')}
        </button>
        <button type="button" className="button small" disabled={!mass} onClick={() => act('delete')}>
          {t('correct.delete')}
        </button>
      </div>
      <p className="secondary small">{t('correct.how')}</p>
      </div>
    </details>
  );
}
