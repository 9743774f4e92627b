import type { ReactElement } from 'react';

/** Paths on a 20 by 20 grid, drawn as lines. */
const PATHS = {
  'side-by-side': 'M3 4H7V16H3ZM8.5 4H12.5V16H8.5ZM14 4H17V16H14Z',
  'one-up': 'M3 4H17V16H3Z',
  planes: 'M3 4H10V16H3ZM12 4H17V9H12ZM12 11H17V16H12Z',
  ruler: 'M3 13L13 3L17 7L7 17ZM6 10L8 12M8.5 7.5L9.7 8.7M11 5L13 7',
  link: 'M8.5 11.5L11.5 8.5M7 9.5L5 11.5A2.5 2.5 0 0 0 8.5 15L10.5 13M9.5 7L11.5 5A2.5 2.5 0 0 1 15 8.5L13 10.5',
  masks: 'M10 4C14 4 16.5 6.5 16.5 10S14 16 10 16S3.5 13.5 3.5 10S6 4 10 4ZM10 7.5A2.5 2.5 0 1 0 10 12.5A2.5 2.5 0 1 0 10 7.5',
  undo: 'M7 5L3.5 8.5L7 12M3.5 8.5H12A4.5 4 0 0 1 12 16.5H9',
  redo: 'M13 5L16.5 8.5L13 12M16.5 8.5H8A4.5 4 0 0 0 8 16.5H11',
  help: 'M7.5 7.5A2.5 2.5 0 1 1 10.8 9.9C10.2 10.2 10 10.6 10 11.5M10 14V14.6',
  settings: 'M10 7.2A2.8 2.8 0 1 0 10 12.8A2.8 2.8 0 1 0 10 7.2M10 3V5M10 15V17M3 10H5M15 10H17M5 5L6.5 6.5M13.5 13.5L15 15M15 5L13.5 6.5M6.5 13.5L5 15',
  folder: 'M2.5 5.5H8L9.5 7.5H17.5V15.5H2.5Z',
  files: 'M5 3H11L15 7V17H5ZM11 3V7H15',
  drop: 'M10 3V12M6.5 8.5L10 12L13.5 8.5M3.5 12.5V16.5H16.5V12.5',
  shield: 'M10 3L16 5.5V10C16 13.5 13.5 16 10 17C6.5 16 4 13.5 4 10V5.5ZM7.5 10L9.3 11.8L12.7 8.2',
  offline: 'M10 14.5A1 1 0 1 0 10 16.5A1 1 0 1 0 10 14.5M6.5 12A5 5 0 0 1 13.5 12M3.5 9A9 9 0 0 1 16.5 9',
  close: 'M5 5L15 15M15 5L5 15',
  target: 'M10 5A5 5 0 1 0 10 15A5 5 0 1 0 10 5M10 2V7M10 13V18M2 10H7M13 10H18',
  check: 'M4 10.5L8 14.5L16 6',
  warn: 'M10 3.5L17.5 16.5H2.5ZM10 8.5V12M10 13.8V14.4',
  note: 'M10 3A7 7 0 1 0 10 17A7 7 0 1 0 10 3M10 9V13.5M10 6.5V7',
  chevron: 'M7 4.5L12.5 10L7 15.5',
  save: 'M10 3V12M6.5 9L10 12.5L13.5 9M4 16.5H16',
  print: 'M6 8V3.5H14V8M6 14H3.5V8H16.5V14H14M6 11.5H14V16.5H6Z',
  camera: 'M3 6.5H6.5L8 4.5H12L13.5 6.5H17V15.5H3ZM10 8.2A2.8 2.8 0 1 0 10 13.8A2.8 2.8 0 1 0 10 8.2',
  rail: 'M3 4H17V16H3ZM7.5 4V16',
  eye: 'M2.5 10C5 6 7.5 5 10 5S15 6 17.5 10C15 14 12.5 15 10 15S5 14 2.5 10ZM10 7.8A2.2 2.2 0 1 0 10 12.2A2.2 2.2 0 1 0 10 7.8',
  'eye-off': 'M2.5 10C5 6 7.5 5 10 5S15 6 17.5 10C15 14 12.5 15 10 15S5 14 2.5 10ZM4 4L16 16',
  home: 'M3.5 9L10 3.5L16.5 9V16.5H12V12H8V16.5H3.5Z',
} as const;

/** Names of the icons. */
export type IconName = keyof typeof PATHS;

/** A line icon; decoration only, the name stands on the control. */
export function Icon({ name, size = 18 }: { readonly name: IconName; readonly size?: number }): ReactElement {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
