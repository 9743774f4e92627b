import { decodeFrame } from '../dicom/decode/decode-frame';
import { fetchedCodecs } from './fetched-codecs';
import type { DecodeAnswer, DecodeRequest } from './decode-pool';

/** One decoding thread: a frame in, its stored values out. */
const codecs = fetchedCodecs();

onmessage = async ({ data: { id, bytes, coding, format } }: MessageEvent<DecodeRequest>) => {
  const result = await decodeFrame(bytes, coding, format, codecs);
  const answer: DecodeAnswer = { id, result };
  postMessage(answer, { transfer: result.ok ? [result.value.buffer as ArrayBuffer] : [] });
};
