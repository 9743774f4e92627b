import type { ReactElement } from 'react';
import { useWords } from '../parts/use-words';
import { joinSeries } from '../session';
import { joinOffersOf } from '../store/join-offers';
import { useApp } from '../store/store';

/** Offers to join volumes of several series that are parts of one scan; the case is then opened anew with them as one. */
export function JoinOffers(): ReactElement | null {
  const { t } = useWords();
  const issues = useApp((state) => state.issues);
  const series = useApp((state) => state.series);
  const complete = useApp((state) => state.complete && state.opening === null);
  const offers = joinOffersOf(issues, series);
  if (!complete || offers.length === 0) return null;
  return (
    <>
      {offers.map((parts) => (
        <div key={parts[0]!.volumeId} className="ask" data-testid="join-offer">
          <p>{t('join.offer', { count: parts.length, series: parts.map(({ facts }) => facts.description || String(facts.seriesNumber ?? '')).join(' + ') })}</p>
          <button type="button" className="button" onClick={() => joinSeries(parts.map(({ volumeId }) => volumeId))}>
            {t('join.do')}
          </button>
        </div>
      ))}
    </>
  );
}
