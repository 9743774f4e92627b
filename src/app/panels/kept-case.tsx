import { useState, type ReactElement } from 'react';
import { useWords } from '../parts/use-words';
import { forgetKeptCase, openKeptCase } from '../survival/survival';
import { useApp } from '../store/store';

/** Offers the case that the user kept at an earlier visit. Whose it is, is not shown before it is opened. */
export function KeptCase(): ReactElement | null {
  const { t, language } = useWords();
  const kept = useApp((state) => state.keptCase);
  const [state, setState] = useState<'waiting' | 'opening' | 'lost'>('waiting');
  if (state === 'lost') return <p role="alert">{t('kept.lost')}</p>;
  if (!kept) return null;
  const when = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(kept.savedAt));
  return (
    <section className="kept-case" aria-label={t('kept')} data-testid="kept-case">
      <p>
        <strong>{t('kept')}</strong> <span className="secondary">{t('kept.what', { count: kept.series, when })}</span>
      </p>
      <div className="buttons">
        <button
          type="button"
          className="button primary"
          disabled={state === 'opening'}
          onClick={() => {
            setState('opening');
            void openKeptCase().then((open) => setState(open ? 'waiting' : 'lost'));
          }}
        >
          {t('kept.open')}
        </button>
        <button type="button" className="button" disabled={state === 'opening'} onClick={() => void forgetKeptCase()}>
          {t('kept.forget')}
        </button>
      </div>
    </section>
  );
}
