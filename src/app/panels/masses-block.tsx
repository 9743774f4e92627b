import type { ReactElement } from 'react';
import type { Mass } from '../../core/reading';
import { useWords, type Words } from '../parts/use-words';
import { useViewer } from '../viewer-link';
import { chooseMass } from '../session';
import { useApp } from '../store/store';

/** Every mass found: where, how large, how dense; the one that is read is marked. */
export function MassesBlock(): ReactElement | null {
  const words = useWords();
  const masses = useApp((state) => state.masses);
  const chosen = useApp((state) => state.centre?.massId ?? null);
  const viewer = useViewer();
  if (masses.length === 0) return null;
  return (
    <section className="block" aria-labelledby="block-masses">
      <h2 id="block-masses">{words.t('masses')}</h2>
      <ul className="masses">
        {masses.map((mass, n) => (
          <li key={mass.id}>
            <button
              type="button"
              className={mass.id === chosen ? 'mass chosen' : 'mass'}
              aria-pressed={mass.id === chosen}
              onClick={() => {
                viewer.goTo(mass.centreLpsMm, true);
                if (mass.id !== chosen) chooseMass(mass.id);
              }}
            >
              <span className={`swatch ${mass.label}`} aria-hidden="true" />
              <span className="mass-text">
                <span>
                  <strong>{n + 1}</strong> {words.t(`side.${mass.side}`)} · {words.t(`mass.${mass.label}`)}
                  {mass.id === chosen ? <em className="read-mark">{words.t('mass.read')}</em> : null}
                </span>
                <span className="figures">{sizeLine(mass, words)}</span>
                <span className="figures secondary">{huLine(mass, words)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function sizeLine(mass: Mass, words: Words): string {
  const cm = mass.diametersMm.map((mm) => words.n(mm / 10, 1)).join(' × ');
  return words.t('mass.size', { cm, ml: words.n(mass.volumeMl, mass.volumeMl < 10 ? 1 : 0) });
}

function huLine(mass: Mass, words: Words): string {
  const parts = (['N', 'A', 'V'] as const).flatMap((phase) => {
    const hu = mass.meanHu[phase];
    return hu === undefined ? [] : [`${phase} ${words.n(Math.round(hu))}`];
  });
  return parts.length > 0 ? words.t('mass.hu', { values: parts.join('   ') }) : '';
}
