import { decodeFrame, prepareCodec } from '../dicom/decode/decode-frame';
import type { DecodeAnswer, DecodeMessage } from '../dicom/decode/decode-pool';
import { fetchedCodecs } from './fetched-codecs';

/** One decoding thread: a frame in, its stored values out. */
const codecs = fetchedCodecs();

onmessage = async ({ data }: MessageEvent<DecodeMessage>) => {
  if ('prepare' in data) {
    prepareCodec(data.prepare, codecs);
    return;
  }
  const { id, bytes, coding, format } = data;
  const result = await decodeFrame(bytes, coding, format, codecs);
  const answer: DecodeAnswer = { id, result };
  postMessage(answer, { transfer: result.ok ? [result.value.buffer as ArrayBuffer] : [] });
};
