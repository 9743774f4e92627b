import type { ReactElement } from 'react';
import { useSamples } from '../parts/use-samples';
import { useWords } from '../parts/use-words';

/** Where the phantom's anatomy comes from. */
const PHANTOM_SOURCE = 'TotalSegmentator data set, Wasserthal et al., doi 10.5281/zenodo.6802613 · CC BY 4.0';

/** Source, licence and changes of every sample that this site offers. */
export function SampleSources(): ReactElement {
  const { t, language } = useWords();
  const cases = useSamples();
  return (
    <>
      <h3>{t('sample.sources')}</h3>
      <p className="secondary">
        <strong>{t('sample.phantom')}</strong>: {PHANTOM_SOURCE}
      </p>
      {cases.map((one) => (
        <p key={one.id} className="secondary">
          <strong>{one.title[language]}</strong>: {one.citation} doi {one.doi} · {one.licence.name}. {t('sample.changes')}: {one.changes[language]}
        </p>
      ))}
    </>
  );
}
