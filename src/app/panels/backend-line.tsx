import type { ReactElement } from 'react';
import { useWords } from '../parts/use-words';
import { useApp } from '../store/store';

/** What computes: WebGPU with its adapter, or WebAssembly with its threads. */
export function BackendLine(): ReactElement | null {
  const { t } = useWords();
  const backend = useApp((state) => state.backend);
  if (!backend) return null;
  const name = backend.backend.startsWith('webgpu') ? 'WebGPU' : 'WebAssembly';
  const threads = t('backend.threads', { count: backend.threads });
  return (
    <span className="backend" title={backend.threads === 1 && !backend.crossOriginIsolated ? t('backend.alone') : backend.adapter} data-testid="backend">
      {name} · {threads}
    </span>
  );
}
