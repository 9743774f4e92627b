import type { ReactElement } from 'react';
import { Switches } from '../parts/switches';
import { Correction } from './correction';
import { OfferedOutlines } from './offered-outlines';
import { useWords } from '../parts/use-words';
import { useApp } from '../store/store';

/** What the colours over the images mean, and outline or fill. */
export function Legend(): ReactElement | null {
  const { t } = useWords();
  const segmented = useApp((state) => state.segmented);
  const masks = useApp((state) => state.masks);
  if (!segmented) return null;
  return (
    <section className="block" aria-labelledby="block-masks">
      <h2 id="block-masks">
        {t('masks')} <span className="secondary">{t('masks.from', { phase: t(`phase.${segmented.phase}`) })}</span>
      </h2>
      <div className="legend">
        {(['kidney', 'tumour', 'cyst'] as const).map((label) => (
          <span key={label}>
            <span className={`swatch line ${label}`} aria-hidden="true" /> {t(`mass.${label}`)}
          </span>
        ))}
      </div>
      <div className="row">
        <Switches
          label={t('masks')}
          value={masks.visible ? (masks.fill ? 'fill' : 'outline') : 'off'}
          onChange={(value) => useApp.setState({ masks: { ...masks, visible: value !== 'off', fill: value === 'fill' } })}
          options={(['outline', 'fill', 'off'] as const).map((value) => ({ value, label: t(`masks.${value}`) }))}
        />
        {masks.visible && masks.fill ? (
          <label className="slider">
            <span className="visually-hidden">{t('why.opacity')}</span>
            <input type="range" min={0.1} max={0.9} step={0.05} value={masks.opacity} onChange={(event) => useApp.setState({ masks: { ...masks, opacity: Number(event.target.value) } })} />
          </label>
        ) : null}
      </div>
      <OfferedOutlines />
      <Correction />
    </section>
  );
}
