import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexToLps, voxelCount, voxelOffset, type Grid } from '../core/grid';
import { LABEL } from '../core/label-map';
import type { Vec3 } from '../core/vector';
import type { BrushRule } from './brush';
import { MaskEditor } from './mask-editor';

const grid: Grid = { sizeIjk: [32, 28, 14], spacingMm: [1, 1, 2], originLpsMm: [-10, 5, 40], axesLps: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] };
const rule: BrushRule = { radiusMm: 4, normalAxis: 2, threshold: null };
const at = (i: number, j: number, k: number): Vec3 => indexToLps(grid, [i, j, k]);
const editor = (): MaskEditor => new MaskEditor({ volumeId: 'v', grid, labels: new Uint8Array(voxelCount(grid)) });
const count = (e: MaskEditor, label: number): number => e.map.labels.filter((v) => v === label).length;

describe('MaskEditor', () => {
  it('paints a disc of the right size in one slice', () => {
    const e = editor();
    e.paint(at(12, 12, 5), at(12, 12, 5), LABEL.tumour, rule);
    e.endStroke();
    const expected = Array.from({ length: 81 }, (_, n) => (n % 9 - 4) ** 2 + (Math.floor(n / 9) - 4) ** 2 <= 16).filter(Boolean).length;
    expect(count(e, LABEL.tumour)).toBe(expected);
    expect(e.map.labels[voxelOffset(grid, 12, 12, 4)]).toBe(0);
  });

  it('paints only what the threshold allows', () => {
    const hu = new Int16Array(voxelCount(grid)).fill(-100);
    hu[voxelOffset(grid, 13, 12, 5)] = 80;
    const e = editor();
    e.paint(at(12, 12, 5), at(12, 12, 5), LABEL.tumour, { ...rule, threshold: { hu, lowHu: 0, highHu: 200 } });
    expect([...e.map.labels.keys()].filter((o) => e.map.labels[o] === LABEL.tumour)).toEqual([voxelOffset(grid, 13, 12, 5)]);
  });

  it('travels through its versions exactly, whatever was painted', () => {
    const spot = fc.tuple(fc.integer({ min: 0, max: 31 }), fc.integer({ min: 0, max: 27 }), fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 3 }));
    fc.assert(
      fc.property(fc.array(spot, { minLength: 1, maxLength: 8 }), (spots) => {
        const e = editor();
        const states = [e.map.labels.slice()];
        for (const [i, j, k, label] of spots) {
          e.paint(at(i, j, k), at(Math.min(31, i + 3), j, k), label, rule);
          if (e.endStroke()) states.push(e.map.labels.slice());
        }
        expect(e.version).toBe(states.length - 1);
        for (const version of [0, states.length - 1, Math.floor(states.length / 2), 0]) {
          e.goTo(version);
          expect(e.map.labels.every((label, o) => label === states[version]![o])).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('holds no empty steps and ends the future with a new edit', () => {
    const e = editor();
    e.paint(at(5, 5, 5), at(5, 5, 5), 0, rule);
    expect(e.endStroke()).toBe(false);
    e.paint(at(5, 5, 5), at(5, 5, 5), LABEL.cyst, rule);
    e.endStroke();
    e.goTo(0);
    e.paint(at(20, 20, 2), at(20, 20, 2), LABEL.tumour, rule);
    e.endStroke();
    e.goTo(99);
    expect([count(e, LABEL.cyst) > 0, count(e, LABEL.tumour) > 0, e.version]).toEqual([false, true, 1]);
  });

  it('fills the slices between two painted ones with shapes between theirs', () => {
    const e = editor();
    e.paint(at(12, 12, 2), at(12, 12, 2), LABEL.tumour, { ...rule, radiusMm: 3 });
    e.paint(at(12, 12, 8), at(12, 12, 8), LABEL.tumour, { ...rule, radiusMm: 7 });
    e.endStroke();
    expect(e.fillBetween(LABEL.tumour)).toBe(true);
    const area = (k: number): number => Array.from({ length: 32 * 28 }, (_, n) => e.map.labels[n + 32 * 28 * k] === LABEL.tumour).filter(Boolean).length;
    const areas = [2, 3, 4, 5, 6, 7, 8].map(area);
    expect(areas).toEqual([...areas].sort((a, b) => a - b));
    expect(areas[3]).toBeGreaterThan(Math.PI * 4 * 4);
    expect(areas[3]).toBeLessThan(Math.PI * 6 * 6);
    expect([area(1), area(9)]).toEqual([0, 0]);
  });

  it('relabels and deletes one mass and leaves its twin alone', () => {
    const e = editor();
    for (const k of [4, 5, 6]) {
      e.paint(at(8, 8, k), at(8, 8, k), LABEL.tumour, rule);
      e.paint(at(22, 20, k), at(22, 20, k), LABEL.tumour, rule);
    }
    e.endStroke();
    const both = count(e, LABEL.tumour);
    e.relabel(at(8, 8, 5), LABEL.tumour, LABEL.cyst);
    expect([count(e, LABEL.tumour), count(e, LABEL.cyst)]).toEqual([both / 2, both / 2]);
    e.relabel(at(22, 20, 5), LABEL.tumour, 0);
    expect(count(e, LABEL.tumour)).toBe(0);
  });

  it('smooths a spike away and keeps the body', () => {
    const e = editor();
    for (const k of [3, 4, 5, 6, 7]) e.paint(at(14, 14, k), at(14, 14, k), LABEL.tumour, { ...rule, radiusMm: 6 });
    e.paint(at(23, 14, 5), at(21, 14, 5), LABEL.tumour, { ...rule, radiusMm: 0.6 });
    e.endStroke();
    const before = count(e, LABEL.tumour);
    e.smooth(at(14, 14, 5), LABEL.tumour);
    expect(e.map.labels[voxelOffset(grid, 23, 14, 5)]).toBe(0);
    expect(e.map.labels[voxelOffset(grid, 14, 14, 5)]).toBe(LABEL.tumour);
    expect(count(e, LABEL.tumour)).toBeGreaterThan(before * 0.75);
  });
});
