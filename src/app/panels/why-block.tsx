import { useEffect, useRef, type ReactElement } from 'react';
import { TASKS, TASK_CLASSES } from '../../core/models';
import { constantsOf } from '../../core/pack-constants';
import { PRESETS } from '../../core/presets';
import { greyPicture } from '../parts/grey-picture';
import { PhaseLetter } from '../parts/phase-letter';
import { Switches } from '../parts/switches';
import { useWords } from '../parts/use-words';
import { useApp } from '../store/store';
import { heatmapPhase, setHeatmap } from '../view-actions';
import { useViewer } from '../viewer-link';
import { patchOf } from '../volumes';
import { OcclusionLine } from './occlusion-line';

/** Where the networks' scores are sensitive, and the patches exactly as they were seen. */
export function WhyBlock(): ReactElement | null {
  const words = useWords();
  const { t } = words;
  const reading = useApp((state) => state.reading);
  const pack = useApp((state) => state.pack);
  const choice = useApp((state) => state.heatmap);
  const viewer = useViewer();
  if (!reading || reading.patches.length === 0) return null;
  const [low, high] = (pack ? constantsOf(pack, reading.preset) : PRESETS[reading.preset]).windowHu;
  const phase = heatmapPhase(choice, reading.phases);
  const shown = reading.heatmaps.find((map) => map.task === choice.task && map.classIndex === choice.classIndex && map.phase === phase);
  const some = reading.heatmaps.length > 0;
  return (
    <section className="block" aria-labelledby="block-why">
      <h2 id="block-why">
        {t('why')}
        {some ? (
          <label className="toggle">
            <input
              type="checkbox"
              checked={choice.on}
              onChange={(event) => {
                setHeatmap({ on: event.target.checked });
                if (event.target.checked && reading.centre) viewer.goTo(reading.centre.pointLpsMm, true);
              }}
            />
            <span>{t('why.show')}</span>
          </label>
        ) : null}
      </h2>
      {some ? (
        <div className="why-switches">
          <Switches label={t('why.task')} value={choice.task} onChange={(task) => setHeatmap({ task, on: true })} options={TASKS.map((task) => ({ value: task, label: t(`task.${task}.short`) }))} />
          <Switches
            label={t('why.class')}
            value={String(choice.classIndex)}
            onChange={(n) => setHeatmap({ classIndex: n === '1' ? 1 : 0, on: true })}
            options={([1, 0] as const).map((n) => ({ value: String(n), label: t(`class.${TASK_CLASSES[choice.task][n]}`) }))}
          />
          <Switches label={t('why.phase')} value={phase ?? ''} onChange={(p) => setHeatmap({ phase: reading.phases.find((known) => known === p) ?? null, on: true })} options={reading.phases.map((p) => ({ value: p, label: p }))} />
          <Switches label={t('why.colours')} value={choice.colours} onChange={(colours) => setHeatmap({ colours })} options={[{ value: 'paper', label: t('why.colours.paper') }, { value: 'even', label: t('why.colours.even') }]} />
          <label className="slider">
            <span>{t('why.opacity')}</span>
            <input type="range" min={0.1} max={1} step={0.05} value={choice.opacity} onChange={(event) => setHeatmap({ opacity: Number(event.target.value) })} />
          </label>
          <div className="colour-bar">
            <span className={`colour-bar-strip ${choice.colours}`} aria-hidden="true" />
            <span className="colour-bar-ends">
              <span>0</span>
              <span>{words.n(0.5, 1)}</span>
              <span>1</span>
            </span>
          </div>
          {shown?.shareInsideLesion == null ? null : <p className="figures">{t('why.share', { percent: words.percent(shown.shareInsideLesion) })}</p>}
          {shown?.method === 'occlusion' ? <p className="small">{t('why.occlusion')}</p> : null}
          <p className="secondary small">{t('why.not')}</p>
        </div>
      ) : null}
      <OcclusionLine />
      <h3>{t('why.patch')}</h3>
      <div className="patches">
        {reading.phases.map((p) => (
          <PatchPicture key={p} phase={p} label={t('why.patch.of', { phase: t(`phase.${p}`) })} />
        ))}
      </div>
      <p className="secondary small">{t('why.patch.what', { px: reading.patches[0]!.sizePx, low, high })}</p>
    </section>
  );
}

/** A patch as the network saw it, 0..1 as grey. */
function PatchPicture({ phase, label }: { readonly phase: 'N' | 'A' | 'V'; readonly label: string }): ReactElement {
  const ref = useRef<HTMLCanvasElement>(null);
  const reading = useApp((state) => state.reading);
  const sizePx = reading?.patches[0]?.sizePx ?? 0;
  useEffect(() => {
    const patch = patchOf(phase);
    const context = ref.current?.getContext('2d');
    if (!patch || !context) return;
    context.putImageData(greyPicture(patch.sizePx, (o) => patch.tensor[o]! * 255), 0, 0);
  }, [phase, reading]);
  return (
    <figure className="patch">
      <canvas ref={ref} width={sizePx} height={sizePx} role="img" aria-label={label} />
      <figcaption>
        <PhaseLetter choice={phase} />
      </figcaption>
    </figure>
  );
}
