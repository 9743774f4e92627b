import type { ReactElement } from 'react';
import { Icon } from '../parts/icon';
import { IconButton } from '../parts/icon-button';
import { PhaseLetter } from '../parts/phase-letter';
import { Thumbnail } from '../parts/thumbnail';
import { useWords } from '../parts/use-words';
import { hangingOrder } from '../store/phase-choices';
import { useApp } from '../store/store';
import { togglePanel } from '../view-actions';
import { PhaseChoiceBox } from './phase-choice';

/** Volumes as thumbnails; unfolds over the images to names, evidence and choice. */
export function Rail(): ReactElement {
  const words = useWords();
  const { t } = words;
  const open = useApp((state) => state.railOpen);
  const series = useApp((state) => state.series);
  const choices = useApp((state) => state.choices);
  const active = useApp((state) => state.activeVolume);
  const notes = useApp((state) => state.issues.length);
  return (
    <nav className={open ? 'rail open' : 'rail'} aria-label={t('rail')}>
      <IconButton icon="rail" label={t(open ? 'rail.fold' : 'rail.unfold')} shortcut="K" expanded={open} onClick={() => useApp.setState({ railOpen: !open })} />
      <ul className="rail-list">
        {hangingOrder(series, choices).map(({ row, choice }) => (
          <li key={row.volumeId}>
            <button
              type="button"
              className={active === row.volumeId ? 'rail-series active' : 'rail-series'}
              title={row.facts.description}
              aria-label={open ? undefined : t('rail.show', { name: row.facts.description || t('rail.nameless'), phase: t(`phase.${choice}`) })}
              onClick={() => useApp.setState({ activeVolume: row.volumeId, layout: 'one-up' })}
            >
              <span className="rail-picture">
                <Thumbnail volumeId={row.volumeId} size={40} />
                <PhaseLetter choice={choice} />
              </span>
              {open ? (
                <span className="rail-text">
                  <strong>{row.facts.description || t('rail.nameless')}</strong>
                  <span className="secondary">
                    {t('rail.slices', { count: row.grid.sizeIjk[2], mm: words.n(row.grid.spacingMm[2], 1) })}
                  </span>
                </span>
              ) : null}
            </button>
            {open ? <PhaseChoiceBox volumeId={row.volumeId} /> : null}
          </li>
        ))}
      </ul>
      {notes > 0 ? (
        <button type="button" className="rail-notes" aria-label={t('notes.count', { count: notes })} title={t('notes.count', { count: notes })} onClick={() => togglePanel('notes')}>
          <Icon name="note" />
          <span>{open ? t('notes.count', { count: notes }) : notes}</span>
        </button>
      ) : null}
    </nav>
  );
}
