import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { judgeFile } from '../dicom/conformance';
import golden from '../dicom/golden/golden.json';
import { memorySource } from '../dicom/fixtures/make-object';
import { nodeCodecs } from './node-codecs';
import { fileSource } from './read-folder';

const codecs = nodeCodecs();
const pathOf = (file: string): string => fileURLToPath(new URL(`../dicom/golden/${file}`, import.meta.url));

/** Integer and floating-point cosine transforms may round differently; the standard allows it. */
const ROUNDING = 1;

describe('decoders', () => {
  it.each(golden)('$file gives the stored values of $reference', async ({ file, values, reference }) => {
    const own: number[] = [];
    const verdict = await judgeFile(fileSource(pathOf(file), statSync(pathOf(file)).size), codecs, (frame) => void own.push(...frame));
    expect(verdict.verdict).toBe('decoded');
    expect(own.length).toBe(values.length);
    const largest = Math.max(...values.map((value, n) => Math.abs(value - own[n]!)));
    expect(largest).toBeLessThanOrEqual(reference === 'dcmdjpeg' ? ROUNDING : 0);
  });

  it.each(golden)('$file cut anywhere in its last two thirds is refused, never half shown', async ({ file }) => {
    const bytes = new Uint8Array(readFileSync(pathOf(file)));
    for (let share = 0.4; share < 1; share += 0.07) {
      const { verdict, issue } = await judgeFile(memorySource(file, bytes.slice(0, Math.floor(share * bytes.length))), codecs, () => undefined);
      expect(verdict).not.toBe('decoded');
      expect(issue).toBeDefined();
    }
  });
});
