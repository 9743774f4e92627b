import { parentPort } from 'node:worker_threads';
import { decodeFrame, prepareCodec } from '../dicom/decode/decode-frame';
import type { DecodeAnswer, DecodeMessage } from '../dicom/decode/decode-pool';
import { nodeCodecs } from './node-codecs';

/** One decoding thread of the terminal: a frame in, its stored values out. */
const codecs = nodeCodecs();

parentPort?.on('message', (message: DecodeMessage) => {
  if ('prepare' in message) {
    prepareCodec(message.prepare, codecs);
    return;
  }
  const { id, bytes, coding, format } = message;
  void decodeFrame(bytes, coding, format, codecs).then((result) => {
    const answer: DecodeAnswer = { id, result };
    parentPort?.postMessage(answer, result.ok ? [result.value.buffer as ArrayBuffer] : []);
  });
});
