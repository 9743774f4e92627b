import { useEffect, useRef, type ReactElement, type ReactNode } from 'react';
import { IconButton } from '../parts/icon-button';
import { useWords } from '../parts/use-words';
import { useApp } from '../store/store';

/** A panel over the right edge; nothing behind it is blocked. Focus goes in and comes back. */
export function SidePanel({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  const { t } = useWords();
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    ref.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <section ref={ref} className="side-panel" role="dialog" aria-label={title} tabIndex={-1}>
      <div className="side-panel-head">
        <h2>{title}</h2>
        <IconButton icon="close" label={t('close')} shortcut="Escape" onClick={() => useApp.setState({ panel: null })} />
      </div>
      <div className="side-panel-body" role="region" aria-label={title} tabIndex={0}>{children}</div>
    </section>
  );
}
