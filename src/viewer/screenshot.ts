import type { Pane } from './pane';

const FOOTER_LINE_PX = 18;

/**
 * Paints the panes with masks, heatmap, centre and corner text into one PNG. `footer` lines stand below the pictures;
 * they carry what every export must say.
 */
export async function paintShot(host: HTMLElement, panes: readonly Pane[], footer: readonly string[]): Promise<Blob | null> {
  const ratio = window.devicePixelRatio;
  const box = host.getBoundingClientRect();
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(box.width * ratio);
  canvas.height = Math.round((box.height + footer.length * FOOTER_LINE_PX + 10) * ratio);
  const context = canvas.getContext('2d');
  if (!context) return null;
  context.scale(ratio, ratio);
  context.fillStyle = '#000';
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const pane of panes) {
    const place = pane.dom.root.getBoundingClientRect();
    const [x, y] = [place.left - box.left, place.top - box.top];
    context.save();
    context.beginPath();
    context.rect(x, y, place.width, place.height);
    context.clip();
    for (const layer of pane.layers()) context.drawImage(layer, x, y, place.width, place.height);
    paintHandle(context, pane, x, y);
    paintTexts(context, pane, x, y, box);
    context.restore();
  }
  context.font = '12px system-ui, sans-serif';
  context.fillStyle = '#e8ebef';
  context.textAlign = 'left';
  for (const [n, line] of footer.entries()) context.fillText(line, 10, box.height + 18 + n * FOOTER_LINE_PX);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
}

function paintHandle(context: CanvasRenderingContext2D, pane: Pane, x: number, y: number): void {
  const { handle } = pane.dom;
  if (handle.style.display === 'none') return;
  context.save();
  context.translate(x + Number(handle.dataset['x']), y + Number(handle.dataset['y']));
  const path = new Path2D(handle.querySelector('path.line')?.getAttribute('d') ?? '');
  if (handle.classList.contains('elsewhere')) context.setLineDash([3, 4]);
  for (const [colour, width] of [['rgba(0, 0, 0, 0.75)', 4], ['#fff', 1.75]] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke(path);
  }
  context.restore();
}

function paintTexts(context: CanvasRenderingContext2D, pane: Pane, x: number, y: number, host: DOMRect): void {
  const { dom } = pane;
  const texts = [dom.letter, dom.title, dom.link, dom.slice, dom.window, dom.hu, ...Object.values(dom.edges)];
  context.textBaseline = 'middle';
  for (const element of texts) {
    const text = element.textContent;
    if (!text) continue;
    const place = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    context.font = `${style.fontWeight} ${style.fontSize} system-ui, sans-serif`;
    context.textAlign = style.textAlign === 'right' ? 'right' : 'left';
    const at = context.textAlign === 'right' ? place.right - host.left : place.left - host.left;
    const middle = place.top - host.top + place.height / 2;
    context.strokeStyle = 'rgba(0, 0, 0, 0.8)';
    context.lineWidth = 3;
    context.strokeText(text, at, middle);
    context.fillStyle = style.color;
    context.fillText(text, at, middle);
  }
  const bar = new Path2D(dom.bar.getAttribute('d') ?? '');
  context.save();
  context.translate(x, y);
  context.strokeStyle = '#f2f5f8';
  context.lineWidth = 1.25;
  context.stroke(bar);
  context.fillStyle = '#f2f5f8';
  context.font = '10px system-ui, sans-serif';
  context.textAlign = 'center';
  context.fillText(dom.barText.textContent, Number(dom.barText.getAttribute('x')), Number(dom.barText.getAttribute('y')) - 4);
  context.restore();
}
