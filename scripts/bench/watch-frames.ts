/** What a page under measurement has met, ms from `start`; `null` is not yet. */
export interface Marks {
  start: number;
  firstImage: number | null;
  volumes: number | null;
}

/** Runs in the page: looks at each frame whether a picture is drawn, and whether the study has been read. */
export function watchFrames(): void {
  const marks: Marks = { start: 0, firstImage: null, volumes: null };
  Object.assign(globalThis, { benchMarks: marks });
  const probe = new OffscreenCanvas(8, 8).getContext('2d', { willReadFrequently: true })!;
  const drawn = (canvas: HTMLCanvasElement): boolean => {
    if (canvas.width === 0 || canvas.offsetParent === null) return false;
    probe.clearRect(0, 0, 8, 8);
    probe.drawImage(canvas, 0, 0, 8, 8);
    const grey = probe.getImageData(0, 0, 8, 8).data.filter((_, n) => n % 4 === 0);
    return new Set(grey).size > 4;
  };
  const look = (): void => {
    if (marks.start > 0) {
      if (marks.firstImage === null && [...document.querySelectorAll<HTMLCanvasElement>('.pane-picture canvas')].some(drawn)) marks.firstImage = performance.now() - marks.start;
      if (marks.volumes === null && document.querySelector('.pane') && !document.querySelector('.opening')) marks.volumes = performance.now() - marks.start;
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
