import { useEffect, useState, type ReactElement } from 'react';
import { Icon } from '../parts/icon';
import { useWords } from '../parts/use-words';
import { fetchSample, listSamples, paintPhantom, type SampleEntry } from '../samples';
import { openFiles } from '../session';

/** Cases that can be read at once: the painted phantom, and those this origin holds. */
export function SampleOffers(): ReactElement {
  const words = useWords();
  const { t } = words;
  const [entries, setEntries] = useState<readonly SampleEntry[]>([]);
  const [busy, setBusy] = useState<{ id: string; fraction: number } | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let gone = false;
    void listSamples().then((list) => {
      if (!gone) setEntries(list);
    });
    return () => {
      gone = true;
    };
  }, []);
  const run = async (id: string, get: (onProgress: (fraction: number) => void) => Promise<File[]>): Promise<void> => {
    setBusy({ id, fraction: 0 });
    setFailed(false);
    try {
      openFiles(await get((fraction) => setBusy({ id, fraction })));
    } catch {
      setFailed(true);
    } finally {
      setBusy(null);
    }
  };
  const bar = (id: string): ReactElement | null =>
    busy?.id === id ? <progress max={1} value={busy.fraction} aria-label={t('sample.preparing')} /> : null;
  return (
    <div className="samples">
      <button type="button" className="sample" disabled={busy !== null} onClick={() => void run('phantom', paintPhantom)} data-testid="sample-phantom">
        <span className="sample-picture" aria-hidden="true">
          <Icon name="target" size={22} />
        </span>
        <span className="sample-text">
          <strong>{t('sample.phantom')}</strong>
          <span className="secondary">{busy?.id === 'phantom' ? t('sample.preparing') : t('sample.phantom.what')}</span>
          {bar('phantom')}
        </span>
      </button>
      {entries.map((entry) => (
        <button
          key={entry.id}
          type="button"
          className="sample"
          disabled={busy !== null}
          onClick={() => void run(entry.id, (onProgress) => fetchSample(entry, onProgress))}
        >
          <span className="sample-picture" aria-hidden="true">
            <Icon name="folder" size={22} />
          </span>
          <span className="sample-text">
            <strong>{entry.title}</strong>
            <span className="secondary">
              {t('sample.size', { megabytes: Math.round(entry.bytes / 1e6) })} · {entry.licence}
            </span>
            {bar(entry.id)}
          </span>
        </button>
      ))}
      {failed ? <p role="alert">{t('sample.failed')}</p> : null}
    </div>
  );
}
