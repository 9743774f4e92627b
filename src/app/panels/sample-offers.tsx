import { useState, type ReactElement } from 'react';
import type { GalleryCase } from '../../core/gallery';
import type { Issue } from '../../core/issue';
import type { Result } from '../../core/result';
import type { IconName } from '../parts/icon';
import { useSamples } from '../parts/use-samples';
import { useWords } from '../parts/use-words';
import { fetchSample, paintPhantom } from '../samples';
import { SamplePicture } from './sample-picture';
import { openFiles, openingsBegun } from '../session';

/** Cases that can be read at once: the painted phantom, and the real ones that this origin holds, under their headings. */
export function SampleOffers(): ReactElement {
  const words = useWords();
  const { t, language } = words;
  const cases = useSamples();
  const [busy, setBusy] = useState<{ readonly id: string; readonly fraction: number } | null>(null);
  const [failure, setFailure] = useState<Issue | null>(null);
  const read = async (sample: GalleryCase | 'phantom', get: (onProgress: (fraction: number) => void) => Promise<Result<readonly File[]>>): Promise<void> => {
    const id = sample === 'phantom' ? sample : sample.id;
    setBusy({ id, fraction: 0 });
    setFailure(null);
    const begun = openingsBegun();
    const got = await get((fraction) => setBusy({ id, fraction }));
    setBusy(null);
    // The user opened another study meanwhile; that one stays.
    if (openingsBegun() !== begun) return;
    if (got.ok) openFiles(got.value, sample);
    else setFailure(got.issue);
  };
  const offer = (one: { id: string; of: GalleryCase | 'phantom'; icon: IconName; title: string; line: string; more?: readonly string[]; get: Parameters<typeof read>[1] }): ReactElement => (
    <button key={one.id} type="button" className="sample" disabled={busy !== null} onClick={() => void read(one.of, one.get)} data-testid={`sample-${one.id}`}>
      <SamplePicture id={one.id} icon={one.icon} />
      <span className="sample-text">
        <strong>{one.title}</strong>
        <span className="secondary">{busy?.id === one.id ? t('sample.preparing') : one.line}</span>
        {busy?.id !== one.id ? one.more?.map((line) => <span key={line} className="secondary">{line}</span>) : null}
        {busy?.id === one.id ? <progress max={1} value={busy.fraction} aria-label={t('sample.preparing')} /> : null}
      </span>
    </button>
  );
  const real = (one: GalleryCase): ReactElement =>
    offer({
      id: one.id,
      of: one,
      icon: 'folder',
      title: one.title[language],
      line: `${t('sample.size', { megabytes: Math.max(1, Math.round(one.sizeBytes / 1e6)) })} · ${one.licence.name}`,
      more: [one.tryThis[language], ...(one.inTraining ? [t('sample.in-training')] : [])],
      get: (onProgress) => fetchSample(one, onProgress),
    });
  const fetched = cases.filter((one) => one.origin === 'fetched');
  return (
    <div className="samples">
      {offer({ id: 'phantom', of: 'phantom', icon: 'target', title: t('sample.phantom'), line: t('sample.phantom.what'), get: paintPhantom })}
      {cases.filter((one) => one.origin === 'shipped').map(real)}
      {fetched.length > 0 ? <h3>{t('sample.fetched')}</h3> : null}
      {fetched.map(real)}
      {failure ? (
        <p role="alert">
          {t('sample.failed')} <span className="secondary">{words.issue(failure).title}</span>
        </p>
      ) : null}
    </div>
  );
}
