import type { LaunchOptions } from 'playwright';
import { askedFiles, withFreshPage } from './fresh-page';
import type { CountingSite } from './site-server';

/** Times of one opening in ms from the moment the page has the files, and what kept the browser before that. */
export interface OpenRun {
  /** From the dialog's answer until the page is given the files: the browser's own listing of the folder. */
  readonly handoverMs: number;
  /** Until the first volume is in the page's memory. */
  readonly firstVolumeMs: number;
  /** Until the last one is. */
  readonly volumesMs: number;
  /** Until the first frame with a picture in it. */
  readonly firstImageMs: number;
}

interface Marks {
  start: number;
  firstVolume: number;
  lastVolume: number;
  ended: boolean;
  picture: number;
}

/** Runs in the page: hears what the study worker tells, and looks at each frame whether a picture is drawn. */
function watchOpening(): void {
  const marks: Marks = { start: 0, firstVolume: 0, lastVolume: 0, ended: false, picture: 0 };
  Object.assign(globalThis, { openMarks: marks });
  const since = (): number => performance.now() - marks.start;
  const click = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'click') ?? Object.getOwnPropertyDescriptor(HTMLElement.prototype, 'click')!;
  HTMLInputElement.prototype.click = function (): void {
    this.addEventListener('change', () => (marks.start = performance.now()), { once: true });
    (click.value as () => void).call(this);
  };
  const hear = (data: unknown): void => {
    const { kind } = ((data as { argumentList?: readonly { value?: { kind?: string } }[] } | null)?.argumentList?.[0]?.value ?? {});
    if (kind === 'volume') {
      marks.firstVolume ||= since();
      marks.lastVolume = since();
    }
    // The phases are guessed only after the last volume.
    if (kind === 'phases') marks.ended = true;
  };
  const listen = Object.getOwnPropertyDescriptor(EventTarget.prototype, 'addEventListener')!.value as EventTarget['addEventListener'];
  MessagePort.prototype.addEventListener = function (type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void {
    if (type === 'message') listen.call(this, type, (event) => hear((event as MessageEvent).data));
    listen.call(this, type, listener, options);
  };
  const probe = new OffscreenCanvas(8, 8).getContext('2d', { willReadFrequently: true })!;
  const drawn = (canvas: HTMLCanvasElement): boolean => {
    if (canvas.width === 0) return false;
    probe.clearRect(0, 0, 8, 8);
    probe.drawImage(canvas, 0, 0, 8, 8);
    return new Set(probe.getImageData(0, 0, 8, 8).data.filter((_, n) => n % 4 === 0)).size > 4;
  };
  const look = (): void => {
    if (marks.start > 0 && marks.picture === 0 && [...document.querySelectorAll<HTMLCanvasElement>('.pane-picture canvas')].some(drawn)) marks.picture = since();
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Opens files or one folder in a fresh browser that has got ready, and closes it once the first image is there. */
export function runOpening(site: CountingSite, launch: LaunchOptions, paths: string | readonly string[]): Promise<OpenRun> {
  return withFreshPage({ site, launch }, watchOpening, async (page) => {
    await page.waitForTimeout(2000);
    const chooser = await askedFiles(page, typeof paths === 'string' ? 'Open folder' : 'Open files');
    const asked = await page.evaluate(() => performance.now());
    await chooser.setFiles(paths);
    const done = await page.waitForFunction(
      () => {
        const { openMarks } = globalThis as unknown as { openMarks: Marks };
        return openMarks.ended && openMarks.picture > 0 ? openMarks : null;
      },
      undefined,
      { timeout: 600_000 },
    );
    const marks = (await done.jsonValue())!;
    return { handoverMs: marks.start - asked, firstVolumeMs: marks.firstVolume, volumesMs: marks.lastVolume, firstImageMs: marks.picture };
  });
}
