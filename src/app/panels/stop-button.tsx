import { useState, type ReactElement } from 'react';
import { useWords } from '../parts/use-words';
import { cancel } from '../session';

/** Stops what runs; says that it is being stopped until the worker has answered. `late` comes only when there is something to wait for. */
export function StopButton({ words = 'stop', late = false }: { readonly words?: 'stop' | 'steps.stop'; readonly late?: boolean }): ReactElement {
  const { t } = useWords();
  const [stopping, setStopping] = useState(false);
  const stop = (): void => {
    setStopping(true);
    void cancel().finally(() => setStopping(false));
  };
  return (
    <button type="button" className={late ? 'button small late' : 'button small'} disabled={stopping} onClick={stop}>
      {t(stopping ? 'stop.waiting' : words)}
    </button>
  );
}
