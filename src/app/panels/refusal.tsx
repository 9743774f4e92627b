import type { ReactElement } from 'react';
import { Icon } from '../parts/icon';
import { IconButton } from '../parts/icon-button';
import { useWords } from '../parts/use-words';
import { useApp } from '../store/store';

/** Why a drop, or a model pack, was refused. The case shown before stays. */
export function Refusal(): ReactElement | null {
  const words = useWords();
  const refusal = useApp((state) => state.refusal ?? state.packRefusal);
  const hasCase = useApp((state) => state.caseId > 0);
  if (!refusal) return null;
  const { title, todo } = words.issue(refusal);
  return (
    <div className="refusal" role="alert">
      <Icon name="warn" />
      <p>
        <strong>{title}</strong> {todo} {hasCase ? words.t('refusal.stays') : ''}
      </p>
      <IconButton icon="close" label={words.t('close')} onClick={() => useApp.setState({ refusal: null, packRefusal: null })} />
    </div>
  );
}
