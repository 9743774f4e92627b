import charlsUrl from '@cornerstonejs/codec-charls/decodewasm?url';
import libjpegTurboUrl from '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm?url';
import openjpegUrl from '@cornerstonejs/codec-openjpeg/decodewasm?url';
import openjphUrl from '@cornerstonejs/codec-openjph/wasm?url';
import type { CodecHost, CodecName } from '../dicom/decode/codec-host';

const URLS: Readonly<Record<CodecName, string>> = {
  charls: charlsUrl,
  openjpeg: openjpegUrl,
  openjph: openjphUrl,
  'libjpeg-turbo': libjpegTurboUrl,
};

/** The codecs of a browser thread, fetched from the page's own origin when first needed. */
export function fetchedCodecs(): CodecHost {
  return {
    async wasm(name) {
      const answer = await fetch(URLS[name]);
      if (!answer.ok) throw new Error(`codec ${name}: ${answer.status}`);
      return new Uint8Array(await answer.arrayBuffer());
    },
  };
}
