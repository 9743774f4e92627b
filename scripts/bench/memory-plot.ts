import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Draws the figures of `npm run bench -- memory --json FILE` beside the size of the volumes themselves and the bar:
 *
 *     node --import tsx scripts/bench/memory-plot.ts FILE docs/memory.svg
 */
const [from, to] = process.argv.slice(2);
if (from === undefined || to === undefined) throw new Error('memory-plot.ts FILE.json OUT.svg');

interface Point {
  readonly slices: number;
  readonly megabytes: number;
}

const points = (JSON.parse(readFileSync(from, 'utf8')) as { readonly name: string; readonly value: number }[]).flatMap(({ name, value }): Point[] => {
  const slices = /^load (\d+) slices/.exec(name)?.[1];
  return slices === undefined ? [] : [{ slices: Number(slices), megabytes: value / 1e6 }];
});
const SLICE_MB = (2 * 512 * 512) / 1e6;
const bar = (slices: number): number => 1.3 * slices * SLICE_MB + 300;
const last = Math.max(...points.map(({ slices }) => slices));
const [width, height, left, bottom] = [560, 320, 60, 40];
const top = Math.max(bar(last), ...points.map(({ megabytes }) => megabytes));
const x = (slices: number): string => (left + (slices / last) * (width - left - 20)).toFixed(1);
const y = (megabytes: number): string => (height - bottom - (megabytes / top) * (height - bottom - 20)).toFixed(1);
const line = (at: (slices: number) => number, style: string): string => `<line x1="${x(0)}" y1="${y(at(0))}" x2="${x(last)}" y2="${y(at(last))}" ${style}/>`;
const label = (at: string, up: string, text: string, anchor = 'middle'): string => `<text x="${at}" y="${up}" text-anchor="${anchor}">${text}</text>`;
const ticks = [0, last / 3, (2 * last) / 3, last].map((slices) => label(x(slices), String(height - 20), slices.toFixed(0)));
const levels = [0, 200, 400, 600, 800].filter((mb) => mb < top).map((mb) => label(String(left - 8), y(mb), String(mb), 'end'));
writeFileSync(
  to,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#333">
<rect width="${width}" height="${height}" fill="#fff"/>
${line((slices) => slices * SLICE_MB, 'stroke="#888" stroke-dasharray="4 3"')}
${line(bar, 'stroke="#b33"')}
${points.map(({ slices, megabytes }) => `<circle cx="${x(slices)}" cy="${y(megabytes)}" r="4" fill="#246"/>`).join('')}
${[...ticks, ...levels].join('\n')}
${label(String(width / 2), String(height - 4), 'slices of 512 x 512')}
${label('8', '14', 'MB over the idle page: measured (dots), size of the volumes (dashed), bar 1.3 x volumes + 300 MB (red)', 'start')}
</svg>
`,
);
