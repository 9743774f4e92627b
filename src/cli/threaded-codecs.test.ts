import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { judgeFile } from '../dicom/conformance';
import golden from '../dicom/golden/golden.json';
import { fileSource } from './read-folder';
import { threadedCodecs } from './threaded-codecs';

const [{ file, values }] = golden.filter((one) => one.file === 'jpegls-12bit-u.dcm') as [(typeof golden)[number]];
const path = fileURLToPath(new URL(`../dicom/golden/${file}`, import.meta.url));

describe('decoding threads of the terminal', () => {
  it('give the stored values', async () => {
    const own: number[] = [];
    const verdict = await judgeFile(fileSource(path, statSync(path).size), threadedCodecs(), (frame) => void own.push(...frame));
    expect(verdict.verdict).toBe('decoded');
    expect(own).toEqual(values);
  }, 60_000);

  it('are ended when they hang, and the file is refused by name', async () => {
    // A thread that never lets go: its event loop does not turn again.
    const thread = new URL(`data:text/javascript,${encodeURIComponent("import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { for (;;); });")}`);
    const { verdict, issue } = await judgeFile(fileSource(path, readFileSync(path).length), threadedCodecs({ hangMs: 300, thread }), () => undefined);
    expect([verdict, issue?.code, issue?.data?.['reason']]).toEqual(['refused', 'decode-failed', 'thread']);
  }, 60_000);
});
