import type { ReactElement } from 'react';
import { useWords } from '../parts/use-words';
import { useApp } from '../store/store';

/** What is known about a sample case, once it was read: the visitor can judge the reading by it. Nothing for the user's own. */
export function SampleBlock(): ReactElement | null {
  const { t, language } = useWords();
  const sample = useApp((state) => state.samples[state.caseId]);
  const done = useApp((state) => state.complete && state.activity === 'idle');
  if (!sample) return null;
  const phantom = sample === 'phantom';
  const known = phantom ? t('sample.phantom.known') : (sample.known?.[language] ?? null);
  return (
    <section className="block" aria-labelledby="block-sample" data-testid="block-sample">
      <h2 id="block-sample">
        {t('sample.known')} <span className="secondary">{phantom ? t('sample.phantom') : sample.title[language]}</span>
      </h2>
      {done && known ? <p>{known}</p> : null}
      <p>
        <strong>{t('sample.try')}:</strong> {phantom ? t('sample.phantom.try') : sample.tryThis[language]}
      </p>
      {!phantom && sample.inTraining ? <p>{t('sample.in-training')}</p> : null}
      {phantom ? null : (
        <p className="secondary">
          {sample.licence.name} · {sample.citation} doi {sample.doi}
        </p>
      )}
    </section>
  );
}
