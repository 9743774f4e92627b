import type { ReactElement } from 'react';
import { Icon } from '../parts/icon';
import { useWords } from '../parts/use-words';
import { useApp } from '../store/store';

/** Says, while files fly over the window, that they may be let go anywhere. */
export function DropVeil(): ReactElement | null {
  const { t } = useWords();
  const flying = useApp((state) => state.flyingOver);
  const hasCase = useApp((state) => state.caseId > 0);
  if (!flying) return null;
  return (
    <div className="drop-veil" aria-hidden="true">
      <Icon name="drop" size={48} />
      <p>{t(hasCase ? 'drop.again' : 'first.drop')}</p>
    </div>
  );
}
