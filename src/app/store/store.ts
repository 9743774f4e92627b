import { create } from 'zustand';
import { LANGUAGES, type Language } from '../../words';
import { EMPTY_CASE } from './apply-case-event';
import { EMPTY_HISTORY, type History } from './history';
import type { AppState, ViewSlice } from './state';

const KEPT = 'renalens-view';

interface KeptView {
  readonly language?: Language;
  readonly theme?: 'dark' | 'light';
  readonly colours?: 'paper' | 'even';
}

function keptView(): KeptView {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? '{}') as KeptView;
  } catch {
    return {};
  }
}

function firstLanguage(): Language {
  const wanted = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());
  return LANGUAGES.find((language) => language === wanted.find((tag) => LANGUAGES.some((known) => known === tag))) ?? 'en';
}

const kept = keptView();

/** The view before anything was touched. */
const FIRST_VIEW: ViewSlice = {
  language: kept.language && LANGUAGES.includes(kept.language) ? kept.language : firstLanguage(),
  theme: kept.theme === 'light' ? 'light' : 'dark',
  layout: 'side-by-side',
  activeVolume: null,
  window: { level: 40, width: 400 },
  invert: false,
  linked: true,
  tool: 'window',
  brush: { tool: null, label: 'tumour', radiusMm: 6, threshold: false },
  masks: { visible: true, fill: false, opacity: 0.3 },
  heatmap: { on: false, task: 'malignancy', classIndex: 1, phase: null, colours: kept.colours === 'even' ? 'even' : 'paper', opacity: 0.55 },
  identityHidden: false,
  railOpen: false,
  zoomedOnMass: false,
  panel: null,
  flyingOver: false,
  samples: {},
  keeping: 'off',
  keptCase: null,
  carriedLpsMm: null,
};

/** The one store of the page. */
export const useApp = create<AppState & { readonly history: History }>()(() => ({ ...EMPTY_CASE, ...FIRST_VIEW, history: EMPTY_HISTORY }));

useApp.subscribe((now, before) => {
  if (now.language === before.language && now.theme === before.theme && now.heatmap.colours === before.heatmap.colours) return;
  try {
    localStorage.setItem(KEPT, JSON.stringify({ language: now.language, theme: now.theme, colours: now.heatmap.colours } satisfies KeptView));
  } catch {
    // Without storage the page starts with its defaults next time; nothing else depends on it.
  }
});
