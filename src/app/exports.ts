import type { Words } from './parts/use-words';
import { useApp } from './store/store';
import { viewer } from './viewer-link';
import { labelMapInUse } from './volumes';

/** Hands a file to the browser's downloads. */
function download(name: string, blob: Blob): string {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  return name;
}

/** What every export says: research only, weights, version, what was set by hand. */
export function exportFooter(words: Words): string[] {
  const { reading, centre, maskVersion } = useApp.getState();
  const lines = [words.t('research.export')];
  if (reading) {
    const rest = [`${reading.pack.id} ${reading.pack.version}`, words.t(`weights.${reading.pack.status}`), reading.phases.join(' + ')];
    if (centre?.source === 'by-hand') rest.push(words.t('centre.by-hand'));
    if (maskVersion > 0) rest.push(words.t('masks.edited'));
    lines.push(`RenaLens ${__APP_VERSION__} · ${rest.join(' · ')}`);
  }
  return lines;
}

/** The reading as JSON, without patient identity. Name of the file, or null when there is no reading. */
export async function saveReport(): Promise<string | null> {
  const { reportOfPage } = await import('./report');
  const state = useApp.getState();
  const report = reportOfPage(state, state.pack);
  if (!report) return null;
  return download('RESEARCH-ONLY-renalens-report.json', new Blob([JSON.stringify(report, null, 2)], { type: 'application/json' }));
}

/** The label map as NIfTI on its own grid; null before segmentation. */
export async function saveLabelMap(): Promise<string | null> {
  const map = labelMapInUse();
  if (!map) return null;
  const { writeNifti } = await import('../nifti/write-nifti');
  const bytes = writeNifti(map.grid, map.labels, { gzip: true });
  return download('RESEARCH-ONLY-renalens-labels.nii.gz', new Blob([new Uint8Array(bytes)], { type: 'application/gzip' }));
}

/** The panes with their overlays as PNG. */
export async function saveScreenshot(words: Words): Promise<string | null> {
  const blob = await viewer().screenshot(exportFooter(words));
  return blob ? download('RESEARCH-ONLY-renalens.png', blob) : null;
}
