import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { CodecHost, CodecName } from '../dicom/decode/codec-host';

const WASM: Readonly<Record<CodecName, string>> = {
  charls: '@cornerstonejs/codec-charls/decodewasm',
  openjpeg: '@cornerstonejs/codec-openjpeg/decodewasm',
  openjph: '@cornerstonejs/codec-openjph/wasm',
  'libjpeg-turbo': '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm',
};

/** The codecs of a Node process, read from the installed packages. */
export function nodeCodecs(): CodecHost {
  const require = createRequire(import.meta.url);
  return {
    async wasm(name) {
      return new Uint8Array(await readFile(require.resolve(WASM[name])));
    },
  };
}
