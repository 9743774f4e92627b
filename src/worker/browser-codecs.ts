import type { CodecHost } from '../dicom/decode/codec-host';
import { decodePool, type PoolHost } from '../dicom/decode/decode-pool';
import { fetchedCodecs } from './fetched-codecs';
import { startDecodeThread } from './start-decoder';

/** More threads than this wait for the disk and for the thread that puts slices into their volume. */
const MAX_THREADS = 8;

const HOST: PoolHost = {
  start: startDecodeThread,
  after(ms, act) {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};

/** The codecs of the study worker: decoding threads beside it, one for each core, where the machine has more than one. */
export function browserCodecs(): CodecHost {
  const threads = Math.min(MAX_THREADS, navigator.hardwareConcurrency);
  return threads < 2 ? fetchedCodecs() : { ...fetchedCodecs(), pool: decodePool(HOST, threads) };
}
