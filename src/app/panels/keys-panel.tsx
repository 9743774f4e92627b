import type { ReactElement } from 'react';
import { BINDINGS } from '../keys';
import { useWords } from '../parts/use-words';

/** The cheat sheet, made from the bindings themselves. */
export function KeysPanel(): ReactElement {
  const { t } = useWords();
  return (
    <>
      {(['move', 'look', 'read', 'correct', 'page'] as const).map((group) => (
        <div key={group} className="keys-group">
          <h3>{t(`keys.${group}`)}</h3>
          <dl className="keys">
            {BINDINGS.filter((b) => b.group === group).map((b) => (
              <div key={b.shown}>
                <dt>
                  <kbd>{b.shown}</kbd>
                </dt>
                <dd>{t(b.words)}</dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
      <h3>{t('keys.mouse')}</h3>
      <ul className="lines">
        {(['keys.mouse.left', 'keys.mouse.middle', 'keys.mouse.right', 'keys.mouse.wheel', 'keys.mouse.double', 'keys.mouse.shift', 'keys.touch'] as const).map((key) => (
          <li key={key}>{t(key)}</li>
        ))}
      </ul>
    </>
  );
}
