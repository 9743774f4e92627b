import type { CodecHost, CodecName } from './codec-host';
import { codecModule, dropModule, type DecoderClass } from './emscripten';
import { interleaved, type RawFrame } from './samples';

/**
 * Decodes one frame with a WebAssembly codec; null when the codec refuses the stream.
 * The result is a copy: the codec's own memory is reused by the next frame.
 */
export async function decodeWith(
  host: CodecHost,
  name: CodecName,
  decoderClass: DecoderClass,
  bytes: Uint8Array,
  samples: number,
): Promise<RawFrame | null> {
  const module = await codecModule(host, name);
  const Decoder = module[decoderClass];
  if (Decoder === undefined) throw new Error(`codec ${name} lacks ${decoderClass}`);
  try {
    const decoder = new Decoder();
    try {
      decoder.getEncodedBuffer(bytes.length).set(bytes);
      decoder.decode();
      const { bitsPerSample, componentCount } = decoder.getFrameInfo();
      const heap = decoder.getDecodedBuffer();
      const bytesPerSample = bitsPerSample > 8 ? 2 : 1;
      if (heap.length < samples * bytesPerSample) return null;
      const copy = heap.slice(0, samples * bytesPerSample);
      const raw = bytesPerSample === 1 ? copy : new Uint16Array(copy.buffer);
      // CharLS says 0 when each component has its own scan; the others always interleave.
      return componentCount > 1 && decoder.getInterleaveMode?.() === 0 ? interleaved(raw, componentCount) : raw;
    } finally {
      decoder.delete();
    }
  } catch (thrown) {
    // A C++ exception arrives as a number or as an object of the module; anything else is a trap.
    if (thrown instanceof Error) dropModule(host, name);
    return null;
  }
}
