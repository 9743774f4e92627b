const SVG = 'http://www.w3.org/2000/svg';

/** The elements of a pane. The picture lies at the bottom, then masks and heatmap, then marks, then text. */
export interface PaneDom {
  readonly root: HTMLDivElement;
  readonly picture: HTMLDivElement;
  readonly overlay: HTMLCanvasElement;
  readonly marks: SVGSVGElement;
  readonly handle: SVGGElement;
  readonly handleNote: SVGTextElement;
  readonly cursor: SVGGElement;
  readonly brush: SVGCircleElement;
  readonly ruler: SVGGElement;
  readonly rulerLines: readonly SVGPathElement[];
  readonly rulerText: SVGTextElement;
  readonly bar: SVGPathElement;
  readonly barText: SVGTextElement;
  readonly letter: HTMLElement;
  readonly title: HTMLElement;
  readonly link: HTMLElement;
  readonly slice: HTMLElement;
  readonly window: HTMLElement;
  readonly hu: HTMLElement;
  readonly edges: Readonly<Record<'left' | 'right' | 'top' | 'bottom', HTMLElement>>;
}

/** Makes an element with a class. */
function part(parent: HTMLElement, className: string): HTMLElement {
  const element = document.createElement('div');
  element.className = className;
  parent.append(element);
  return element;
}

/** Makes an SVG element with attributes. */
function svgPart<K extends keyof SVGElementTagNameMap>(parent: SVGElement, tag: K, attributes: Readonly<Record<string, string>>): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  parent.append(element);
  return element;
}

/** Builds a pane's elements, empty. Styles are in viewer.css. */
export function buildPaneDom(): PaneDom {
  const root = document.createElement('div');
  root.className = 'pane';
  root.tabIndex = 0;
  root.setAttribute('role', 'group');
  const picture = part(root, 'pane-picture') as HTMLDivElement;
  const overlay = document.createElement('canvas');
  overlay.className = 'pane-overlay';
  const marks = document.createElementNS(SVG, 'svg');
  marks.classList.add('pane-marks');
  root.append(overlay, marks);
  const cursor = svgPart(marks, 'g', { class: 'pane-cursor' });
  svgPart(cursor, 'path', { d: 'M-11 0H-4M4 0H11M0-11V-4M0 4V11', class: 'halo' });
  svgPart(cursor, 'path', { d: 'M-11 0H-4M4 0H11M0-11V-4M0 4V11', class: 'line' });
  const brush = svgPart(marks, 'circle', { class: 'pane-brush', r: '1' });
  const handle = svgPart(marks, 'g', { class: 'centre-handle', tabindex: '0', role: 'button' });
  const ring = 'M14 0A14 14 0 1 1-14 0A14 14 0 1 1 14 0M0-19V-9M0 19V9M-19 0H-9M19 0H9';
  svgPart(handle, 'circle', { r: '20', class: 'grip' });
  svgPart(handle, 'path', { d: ring, class: 'halo' });
  svgPart(handle, 'path', { d: ring, class: 'line' });
  const handleNote = svgPart(marks, 'text', { x: '24', y: '4', class: 'centre-note' });
  const ruler = svgPart(marks, 'g', { class: 'pane-ruler' });
  const rulerLines = [svgPart(ruler, 'path', { class: 'halo' }), svgPart(ruler, 'path', { class: 'line' })];
  const rulerText = svgPart(ruler, 'text', { class: 'centre-note' });
  const bar = svgPart(marks, 'path', { class: 'scale-bar' });
  const barText = svgPart(marks, 'text', { class: 'scale-text' });
  const top = part(root, 'pane-corner top-left');
  const rightTop = part(root, 'pane-corner top-right');
  const leftBottom = part(root, 'pane-corner bottom-left');
  const rightBottom = part(root, 'pane-corner bottom-right');
  return {
    root,
    picture,
    overlay,
    marks,
    handle,
    handleNote,
    cursor,
    brush,
    ruler,
    rulerLines,
    rulerText,
    bar,
    barText,
    letter: part(top, 'pane-letter'),
    title: part(top, 'pane-title'),
    link: part(rightTop, 'pane-link'),
    slice: part(leftBottom, 'pane-slice'),
    hu: part(rightBottom, 'pane-hu'),
    window: part(rightBottom, 'pane-window'),
    edges: {
      left: part(root, 'pane-edge left'),
      right: part(root, 'pane-edge right'),
      top: part(root, 'pane-edge top'),
      bottom: part(root, 'pane-edge bottom'),
    },
  };
}
