/** One line of the picture: a name and the median error of each case, mm. */
export interface Line {
  readonly name: string;
  readonly errorsMm: readonly number[];
  readonly colour: string;
}

const WIDTH = 640;
const HEIGHT = 340;
const LEFT = 56;
const BOTTOM = 48;
const TOP = 34;
const RIGHT = 16;
/** Errors beyond this are off the picture, mm. */
const MOST_MM = 10;

/** Success curves as SVG: the share of cases (up) whose median target error is at most so many millimetres (across). */
export function successCurve(title: string, lines: readonly Line[]): string {
  const x = (mm: number): number => LEFT + (mm / MOST_MM) * (WIDTH - LEFT - RIGHT);
  const y = (share: number): number => HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);
  const text = (at: readonly [number, number], words: string, anchor = 'middle', more = ''): string =>
    `<text x="${at[0].toFixed(1)}" y="${at[1].toFixed(1)}" text-anchor="${anchor}"${more}>${words}</text>`;
  const parts: string[] = [];
  for (const mm of [0, 2, 4, 6, 8, 10]) {
    parts.push(`<path d="M${x(mm)} ${y(0)}V${y(1)}" stroke="#ddd"/>`, text([x(mm), y(0) + 18], String(mm)));
  }
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    parts.push(`<path d="M${x(0)} ${y(share)}H${x(MOST_MM)}" stroke="#ddd"/>`, text([LEFT - 8, y(share) + 4], `${share * 100} %`, 'end'));
  }
  lines.forEach(({ name, errorsMm, colour }, n) => {
    const sorted = errorsMm.toSorted((a, b) => a - b);
    let path = `M${x(0)} ${y(0)}`;
    sorted.forEach((error, k) => {
      if (error <= MOST_MM) path += `H${x(error).toFixed(1)}V${y((k + 1) / sorted.length).toFixed(1)}`;
    });
    parts.push(`<path d="${path}H${x(MOST_MM)}" fill="none" stroke="${colour}" stroke-width="2"/>`);
    parts.push(`<path d="M${WIDTH - 210} ${y(0) - 16 - 18 * n}h22" stroke="${colour}" stroke-width="2"/>`, text([WIDTH - 182, y(0) - 12 - 18 * n], `${name} (${sorted.length})`, 'start'));
  });
  parts.push(text([WIDTH / 2, 20], title, 'middle', ' font-weight="600"'), text([WIDTH / 2, HEIGHT - 10], 'median target error of a case, mm'));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13"><rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>${parts.join('')}</svg>\n`;
}
