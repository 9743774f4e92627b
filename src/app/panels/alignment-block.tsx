import { useEffect, useRef, useState, type ReactElement } from 'react';
import { greyPicture } from '../parts/grey-picture';
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
  const [open, setOpen] = useState(false);
  if (!reading || reading.patches.length < 2) return null;
  const reference = reading.segmentedPhase ?? (reading.phases.includes('A') ? 'A' : reading.phases[0]!);
  const others = reading.phases.filter((phase) => phase !== reference);
  const other = others.find((phase) => phase === chosen) ?? others[0]!;
  const name = (phase: string): string => t(`phase.${phase as 'N' | 'A' | 'V'}`);
  return (
    <details className="alignment" data-testid="alignment" onToggle={(event) => setOpen(event.currentTarget.open)}>
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
        {open ? <Comparison first={flipped ? other : reference} second={flipped ? reference : other} squares={view === 'squares'} label={view === 'squares' ? t('align.picture', { first: name(reference), second: name(other) }) : name(flipped ? other : reference)} /> : null}
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
    const { sizePx: side } = a;
    const picture = greyPicture(side, (o) => {
      const odd = (Math.floor((o % side) / SQUARE_PX) + Math.floor(o / side / SQUARE_PX)) % 2 === 1;
      // Abdominal window, -160 to 240 HU, whatever the networks see.
      return (((squares && odd ? b : a).hu[o]! + 160) * 255) / 400;
    });
    context.putImageData(picture, 0, 0);
  }, [first, second, squares, reading]);
  return (
    <figure className="comparison">
      <canvas ref={ref} width={sizePx} height={sizePx} role="img" aria-label={label} />
      <figcaption aria-hidden="true">{label}</figcaption>
    </figure>
  );
}
