import { useEffect, useRef, useState, type ReactElement } from 'react';
import { Switches } from '../parts/switches';
import { useWords } from '../parts/use-words';
import { readAligned } from '../session';
import { flipComparison, useAlignment } from '../store/alignment';
import { useApp } from '../store/store';
import { patchOf } from '../volumes';

/** Side of a square of the comparison, patch pixels: eight squares across. */
const SQUARE_PX = 28;

/**
 * The switch between aligned phases and phases as scanned, and the patches of two phases in one picture, square by square or
 * one after the other, to see whether borders go on. Nothing flickers by itself.
 */
export function AlignmentBlock(): ReactElement | null {
  const { t } = useWords();
  const reading = useApp((state) => state.reading);
  const busy = useApp((state) => state.activity !== 'idle');
  const { on, view, flipped } = useAlignment();
  const [chosen, setChosen] = useState<string | null>(null);
  if (!reading || reading.patches.length < 2) return null;
  const reference = reading.segmentedPhase ?? (reading.phases.includes('A') ? 'A' : reading.phases[0]!);
  const others = reading.phases.filter((phase) => phase !== reference);
  const other = others.find((phase) => phase === chosen) ?? others[0]!;
  const name = (phase: string): string => t(`phase.${phase as 'N' | 'A' | 'V'}`);
  return (
    <details className="alignment" data-testid="alignment">
      <summary>{t('align')}</summary>
      <div className="alignment-body">
        <label className="toggle">
          <input type="checkbox" checked={on} disabled={busy} onChange={(event) => readAligned(event.target.checked)} />
          <span>{t('align.on')}</span>
        </label>
        <div className="row wrap">
          {others.length > 1 ? <Switches label={t('align.with')} value={other} onChange={setChosen} options={others.map((phase) => ({ value: phase, label: `${reference} / ${phase}` }))} /> : null}
          <Switches label={t('align.view')} value={view} onChange={(next) => useAlignment.setState({ view: next, flipped: false })} options={(['squares', 'flip'] as const).map((value) => ({ value, label: t(`align.${value}`) }))} />
          <button type="button" className="button small" aria-pressed={flipped} aria-keyshortcuts="X" title={`${t('align.change')} (X)`} onClick={flipComparison}>
            {t('align.change')}
          </button>
        </div>
        <Comparison first={flipped ? other : reference} second={flipped ? reference : other} squares={view === 'squares'} label={view === 'squares' ? t('align.picture', { first: name(reference), second: name(other) }) : name(flipped ? other : reference)} />
        <p className="secondary small">{t('align.what')}</p>
      </div>
    </details>
  );
}

/** Both patches in one picture; only the first where `squares` is false. */
function Comparison({ first, second, squares, label }: { readonly first: string; readonly second: string; readonly squares: boolean; readonly label: string }): ReactElement {
  const ref = useRef<HTMLCanvasElement>(null);
  const reading = useApp((state) => state.reading);
  const sizePx = reading?.patches[0]?.sizePx ?? 0;
  useEffect(() => {
    const [a, b] = [patchOf(first), patchOf(second)];
    const context = ref.current?.getContext('2d');
    if (!a || !b || !context || a.sizePx !== b.sizePx) return;
    const image = new ImageData(a.sizePx, a.sizePx);
    for (let o = 0; o < a.tensor.length; o++) {
      const column = Math.floor((o % a.sizePx) / SQUARE_PX);
      const row = Math.floor(o / a.sizePx / SQUARE_PX);
      const from = squares && (column + row) % 2 === 1 ? b : a;
      // Abdominal window, -160 to 240 HU, whatever the networks see.
      image.data.fill(((from.hu[o]! + 160) * 255) / 400, 4 * o, 4 * o + 3);
      image.data[4 * o + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  }, [first, second, squares, reading]);
  return (
    <figure className="comparison">
      <canvas ref={ref} width={sizePx} height={sizePx} role="img" aria-label={label} />
      <figcaption aria-hidden="true">{label}</figcaption>
    </figure>
  );
}
