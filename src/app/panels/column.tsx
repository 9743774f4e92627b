import type { ReactElement } from 'react';
import { useWords } from '../parts/use-words';
import { useApp } from '../store/store';
import { CentreBlock } from './centre-block';
import { KeepBlock } from './keep-block';
import { Legend } from './legend';
import { MassesBlock } from './masses-block';
import { ProgressBlock } from './progress-block';
import { PhasesBlock } from './phases-block';
import { SampleBlock } from './sample-block';
import { ScoresBlock } from './scores-block';
import { WhyBlock } from './why-block';
import { togglePanel } from '../view-actions';

/** The reading, from top to bottom: phases, masses, centre, scores, why, keep. The foot is always in view. */
export function Column(): ReactElement {
  const words = useWords();
  const { t } = words;
  const caseId = useApp((state) => state.caseId);
  const pack = useApp((state) => state.pack);
  const used = useApp((state) => state.reading?.pack ?? null);
  const status = used?.status ?? pack?.status ?? null;
  const id = used?.id ?? pack?.id;
  return (
    <aside className="column" aria-label={t('column')}>
      <p className="small-screen">{t('screen.small')}</p>
      <div className="column-scroll">
        <PhasesBlock />
        <ProgressBlock />
        <MassesBlock />
        <CentreBlock />
        <ScoresBlock />
        <WhyBlock />
        <Legend />
        <SampleBlock />
        <KeepBlock key={caseId} />
      </div>
      <div className="column-foot">
        <strong>{t('research.short')}</strong>
        {status ? (
          <button type="button" className="link" onClick={() => togglePanel('settings')} title={id ?? ''}>
            {t(`weights.${status}`)} ›
          </button>
        ) : null}
      </div>
    </aside>
  );
}
