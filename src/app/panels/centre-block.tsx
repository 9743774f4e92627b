import type { ReactElement } from 'react';
import { IconButton } from '../parts/icon-button';
import { useWords } from '../parts/use-words';
import { setCentre, useAutomaticCentre } from '../session';
import { useApp } from '../store/store';
import { useViewer } from '../viewer-link';

/** Why a centre is asked for, the most telling first. */
const ASKED = ['cyst-only', 'no-kidney', 'no-mass', 'no-arterial-phase', 'centre-needed'] as const;

/** Where the patch is cut: found or set by hand, how far from the one found, and the way back. */
export function CentreBlock(): ReactElement | null {
  const words = useWords();
  const { t } = words;
  const centre = useApp((state) => state.centre);
  const automatic = useApp((state) => state.automaticCentre);
  const status = useApp((state) => state.reading?.status ?? null);
  const reason = useApp((state) => ASKED.map((code) => state.reading?.issues.find((met) => met.code === code)).find(Boolean));
  const viewer = useViewer();
  const point = centre?.pointLpsMm;
  if (!point && (status === null || status === 'read')) return null;
  const away = automatic && point ? Math.hypot(...point.map((c, n) => c - automatic.pointLpsMm[n as 0 | 1 | 2])) : null;
  const byHand = centre?.source === 'by-hand';
  return (
    <section className="block" aria-labelledby="block-centre">
      <h2 id="block-centre">{t('centre')}</h2>
      {point ? (
        <div className="row">
          <span className={byHand ? 'by-hand' : ''}>
            {t(byHand ? 'centre.by-hand' : 'centre.automatic')}
            {byHand && away !== null ? <span className="secondary"> {t('centre.away', { mm: words.n(away, 0) })}</span> : null}
          </span>
          <span className="spacer" />
          {byHand && automatic ? (
            <button type="button" className="button small" onClick={useAutomaticCentre}>
              {t('centre.back')}
            </button>
          ) : null}
          <IconButton icon="target" label={t('centre.show')} onClick={() => viewer.goTo(point, true)} />
        </div>
      ) : (
        <div className="ask">
          <p>
            <strong>{reason ? words.issue(reason).title : t(status === 'no-mass' ? 'centre.none' : 'centre.needed')}</strong> {t('centre.how')}
          </p>
          <button
            type="button"
            className="button primary"
            onClick={() => {
              const here = viewer.middle();
              if (here) setCentre(here);
            }}
          >
            {t('centre.here')}
          </button>
        </div>
      )}
    </section>
  );
}
