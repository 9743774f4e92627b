import { expect, it } from 'vitest';
import { j2kFacts } from './codestream';

/** SOC, SIZ of one component and the end marker; the steps say how coarsely the component is sampled. */
function stream(columns: number, rows: number, stepX: number, stepY: number): Uint8Array {
  const bytes = new Uint8Array(64);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xff4f);
  view.setUint16(2, 0xff51);
  view.setUint16(4, 41);
  view.setUint32(8, columns);
  view.setUint32(12, rows);
  view.setUint32(24, columns);
  view.setUint32(28, rows);
  view.setUint16(40, 1);
  bytes.set([11, stepX, stepY], 42);
  return bytes;
}

it('gives the size of the first component, which a damaged sampling step makes another than the image', () => {
  expect(j2kFacts(stream(128, 96, 1, 1))).toMatchObject({ columns: 128, rows: 96, components: 1, bitsPerSample: 12 });
  expect(j2kFacts(stream(128, 96, 1, 251))).toMatchObject({ columns: 128, rows: 1 });
  expect(j2kFacts(stream(128, 96, 0, 1))).toBeNull();
});
