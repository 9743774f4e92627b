import type { WordKey } from '../words';
import type { BrushChoice } from './store/state';
import { chooseMass, redo, setCentre, undo, useAutomaticCentre } from './session';
import { flipComparison } from './store/alignment';
import { useApp } from './store/store';
import { setHeatmap, setLayout, togglePanel, WINDOW_PRESETS } from './view-actions';
import { viewer } from './viewer-link';

/** One binding: the cheat sheet is made of this table, so that it cannot disagree with it. */
export interface Binding {
  readonly keys: readonly string[];
  /** As shown on the cheat sheet. */
  readonly shown: string;
  readonly words: WordKey;
  readonly group: 'look' | 'move' | 'read' | 'correct' | 'page';
  readonly run: () => void;
}

const get = useApp.getState;
const set = useApp.setState;

const preset = (n: number): void => {
  const chosen = WINDOW_PRESETS[n];
  if (chosen) set({ window: { width: chosen.width, level: chosen.level } });
};

/** Every key of the page. A key with Control is written 'Control+z'. */
export const BINDINGS: readonly Binding[] = [
  { keys: ['ArrowDown'], shown: '↓', words: 'key.next', group: 'move', run: () => viewer().scrollBy(1) },
  { keys: ['ArrowUp'], shown: '↑', words: 'key.previous', group: 'move', run: () => viewer().scrollBy(-1) },
  { keys: ['PageDown'], shown: 'PgDn', words: 'key.next-ten', group: 'move', run: () => viewer().scrollBy(10) },
  { keys: ['PageUp'], shown: 'PgUp', words: 'key.previous-ten', group: 'move', run: () => viewer().scrollBy(-10) },
  { keys: ['Home'], shown: 'Home', words: 'key.first', group: 'move', run: () => viewer().scrollToEnd('first') },
  { keys: ['End'], shown: 'End', words: 'key.last', group: 'move', run: () => viewer().scrollToEnd('last') },
  { keys: ['ArrowRight'], shown: '→', words: 'key.right', group: 'move', run: () => viewer().nextPane(1) },
  { keys: ['ArrowLeft'], shown: '←', words: 'key.left', group: 'move', run: () => viewer().nextPane(-1) },
  { keys: ['l'], shown: 'L', words: 'link', group: 'move', run: () => set({ linked: !get().linked }) },
  ...WINDOW_PRESETS.map((p, n) => ({ keys: [String(n + 1)], shown: String(n + 1), words: `window.${p.name}.long` as const, group: 'look' as const, run: () => preset(n) })),
  { keys: ['i'], shown: 'I', words: 'key.invert', group: 'look', run: () => set({ invert: !get().invert }) },
  { keys: ['+', '='], shown: '+', words: 'key.larger', group: 'look', run: () => viewer().zoomBy(1.25) },
  { keys: ['-'], shown: '−', words: 'key.smaller', group: 'look', run: () => viewer().zoomBy(0.8) },
  { keys: ['z'], shown: 'Z', words: 'key.zoom', group: 'look', run: () => set({ zoomedOnMass: !get().zoomedOnMass && get().centre !== null }) },
  { keys: [' '], shown: 'Space', words: 'key.reset', group: 'look', run: () => viewer().reset() },
  { keys: ['t'], shown: 'T', words: 'layout.side-by-side', group: 'look', run: () => setLayout('side-by-side') },
  { keys: ['s'], shown: 'S', words: 'layout.one-up', group: 'look', run: () => setLayout('one-up') },
  { keys: ['r'], shown: 'R', words: 'layout.planes', group: 'look', run: () => setLayout('planes') },
  { keys: ['g'], shown: 'G', words: 'key.masks', group: 'look', run: () => set({ masks: { ...get().masks, visible: !get().masks.visible } }) },
  { keys: ['o'], shown: 'O', words: 'key.fill', group: 'look', run: () => set({ masks: { ...get().masks, fill: !get().masks.fill } }) },
  { keys: ['d'], shown: 'D', words: 'tool.length', group: 'look', run: takeRuler },
  { keys: ['m'], shown: 'M', words: 'key.heatmap', group: 'look', run: () => setHeatmap({ on: !get().heatmap.on }) },
  { keys: ['x'], shown: 'X', words: 'align.change', group: 'look', run: flipComparison },
  { keys: ['c'], shown: 'C', words: 'key.centre', group: 'read', run: centreUnderPointer },
  { keys: ['a'], shown: 'A', words: 'centre.back', group: 'read', run: useAutomaticCentre },
  { keys: ['n'], shown: 'N', words: 'key.mass', group: 'read', run: nextMass },
  { keys: ['b'], shown: 'B', words: 'brush.brush', group: 'correct', run: () => takeBrush('brush') },
  { keys: ['e'], shown: 'E', words: 'brush.eraser', group: 'correct', run: () => takeBrush('eraser') },
  { keys: ['['], shown: '[', words: 'brush.smaller', group: 'correct', run: () => sizeBrush(1 / 1.25) },
  { keys: [']'], shown: ']', words: 'brush.larger', group: 'correct', run: () => sizeBrush(1.25) },
  { keys: ['Control+z', 'Meta+z'], shown: 'Ctrl Z', words: 'undo', group: 'read', run: undo },
  { keys: ['Control+y', 'Meta+y', 'Control+Shift+z', 'Meta+Shift+z'], shown: 'Ctrl Y', words: 'redo', group: 'read', run: redo },
  { keys: ['h'], shown: 'H', words: 'identity.hide', group: 'page', run: () => set({ identityHidden: !get().identityHidden }) },
  { keys: ['k'], shown: 'K', words: 'rail', group: 'page', run: () => set({ railOpen: !get().railOpen }) },
  { keys: ['?'], shown: '?', words: 'keys.title', group: 'page', run: () => togglePanel('keys') },
  { keys: ['Escape'], shown: 'Esc', words: 'key.escape', group: 'page', run: closeUppermost },
];

/** Closes what lies over the images; where nothing does, puts brush and ruler away. */
function closeUppermost(): void {
  const { panel, railOpen, refusal, packRefusal, flyingOver, brush, tool } = get();
  if (panel !== null || railOpen || refusal !== null || packRefusal !== null || flyingOver) set({ panel: null, railOpen: false, refusal: null, packRefusal: null, flyingOver: false });
  else set({ brush: { ...brush, tool: null }, ...(tool === 'length' && { tool: 'window' }) });
}

/** Takes the ruler in hand, or puts it away. */
export function takeRuler(): void {
  set({ tool: get().tool === 'length' ? 'window' : 'length', brush: { ...get().brush, tool: null } });
}

/** Takes the brush or the eraser in hand, or puts it away. Without outlines there is nothing to correct. */
function takeBrush(tool: NonNullable<BrushChoice['tool']>): void {
  const { brush, segmented, masks } = get();
  if (segmented) set({ brush: { ...brush, tool: brush.tool === tool ? null : tool }, masks: { ...masks, visible: true } });
}

function sizeBrush(factor: number): void {
  const { brush } = get();
  set({ brush: { ...brush, radiusMm: Math.min(30, Math.max(1, brush.radiusMm * factor)) } });
}

function centreUnderPointer(): void {
  const point = viewer().pointer() ?? viewer().middle();
  if (point && get().caseId > 0) setCentre(point);
}

function nextMass(): void {
  const { masses, centre } = get();
  const at = masses.findIndex((mass) => mass.id === centre?.massId);
  const next = masses[(at + 1) % Math.max(1, masses.length)];
  if (!next) return;
  viewer().goTo(next.centreLpsMm, true);
  chooseMass(next.id);
}

const ON_FIRST_SCREEN = new Set(['?', 'Escape']);

/** Listens for the keys. None acts while a text or a choice is being made; a focused button keeps its Space. */
export function listenForKeys(): () => void {
  const listener = (event: KeyboardEvent): void => {
    const target = event.target instanceof Element ? event.target : null;
    if (event.defaultPrevented || event.altKey) return;
    if (target?.closest('input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]')) return;
    if (event.key === ' ' && target?.closest('button, input, summary, a')) return;
    if (/^Arrow/.test(event.key) && target?.closest('input[type=radio]')) return;
    const modifier = `${event.ctrlKey ? 'Control+' : event.metaKey ? 'Meta+' : ''}${event.shiftKey && event.key.length === 1 && (event.ctrlKey || event.metaKey) ? 'Shift+' : ''}`;
    const key = modifier + (event.key.length === 1 ? event.key.toLowerCase() : event.key);
    const binding = BINDINGS.find((b) => b.keys.includes(key));
    if (!binding || (get().caseId === 0 && !ON_FIRST_SCREEN.has(key))) return;
    event.preventDefault();
    binding.run();
  };
  window.addEventListener('keydown', listener);
  return () => window.removeEventListener('keydown', listener);
}
