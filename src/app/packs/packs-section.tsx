import { useEffect, type ReactElement } from 'react';
import { useWords } from '../parts/use-words';
import { backToDefaultPack, takeKeptPack } from './pack-session';
import type { PackFacts } from './kept-packs';
import { keepInUse, refreshShelf, removeFromShelf, usePackShelf } from './shelf';

/** The packs: which is in use, where it comes from, and those kept in this browser. */
export function PacksSection(): ReactElement | null {
  const { t } = useWords();
  const { inUse, foreign, kept, full } = usePackShelf();
  useEffect(() => void refreshShelf(), []);
  if (inUse === null) return null;
  const isKept = kept.some(({ sha256 }) => sha256 === inUse.sha256);
  const others = kept.filter(({ sha256 }) => sha256 !== inUse.sha256);
  return (
    <div className="packs" data-testid="packs">
      <Origin facts={inUse} />
      {foreign ? (
        <div className="buttons wrap">
          {isKept ? null : (
            <button type="button" className="button small" onClick={() => void keepInUse()}>
              {t('packs.keep')}
            </button>
          )}
          <button type="button" className="button small" onClick={backToDefaultPack}>
            {t('packs.default')}
          </button>
          {isKept ? <RemoveButton facts={inUse} /> : null}
        </div>
      ) : null}
      {full ? <p role="alert">{t('packs.full')}</p> : null}
      {others.length > 0 ? <h4>{t('packs.kept')}</h4> : null}
      <ul className="lines">
        {others.map((facts) => (
          <li key={facts.sha256}>
            <strong>{facts.title}</strong> {facts.version}
            <Origin facts={facts} />
            <div className="buttons wrap">
              <button type="button" className="button small" onClick={() => takeKeptPack(facts.sha256)}>
                {t('packs.use')}
              </button>
              <RemoveButton facts={facts} />
            </div>
          </li>
        ))}
      </ul>
      <p className="secondary small">{t('packs.how')}</p>
    </div>
  );
}

function RemoveButton({ facts }: { readonly facts: PackFacts }): ReactElement {
  const { t } = useWords();
  return (
    <button type="button" className="button small danger" aria-label={`${t('packs.remove')}: ${facts.title} ${facts.version}`} onClick={() => void removeFromShelf(facts.sha256)}>
      {t('packs.remove')}
    </button>
  );
}

/** Licence, size and checksum of a pack. */
function Origin({ facts }: { readonly facts: PackFacts }): ReactElement {
  const words = useWords();
  const { t } = words;
  return (
    <p className="secondary small">
      {t(facts.nonCommercial ? 'packs.licence.non-commercial' : 'packs.licence', { licence: facts.licence })} · {words.n(facts.sizeBytes / 1e6, 1)} MB ·{' '}
      <span title={facts.sha256}>SHA-256 {facts.sha256.slice(0, 16)}…</span>
    </p>
  );
}
