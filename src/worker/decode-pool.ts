import { issue } from '../core/issue';
import { failure, type Result } from '../core/result';
import type { DecodePool } from '../dicom/decode/codec-host';
import type { StoredFrame } from '../dicom/decode/samples';
import type { PixelFormat } from '../dicom/pixel-format';
import type { PixelCoding } from '../dicom/transfer-syntaxes';

/** What a decoding thread is asked: to load the decoder of a coding, which is not answered, or to decode a frame. */
export type DecodeMessage = DecodeRequest | { readonly prepare: PixelCoding };

/** A frame for a decoding thread. */
export interface DecodeRequest {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly coding: PixelCoding;
  readonly format: PixelFormat;
}

/** Its answer; the samples are moved. */
export interface DecodeAnswer {
  readonly id: number;
  readonly result: Result<StoredFrame>;
}

/** The part of a worker that the pool needs. */
export interface DecodeThread {
  postMessage(message: DecodeMessage, transfer: Transferable[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<DecodeAnswer>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

/** A decoder that has not answered by then hangs: no frame takes a hundredth of it. */
const HANG_MS = 20_000;

interface Waiting {
  readonly settle: (result: Result<StoredFrame>) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

interface Seat {
  thread: DecodeThread | null;
  readonly waiting: Map<number, Waiting>;
}

/**
 * A pool of decoding threads, started when first needed. A thread that fails or hangs is ended and replaced; the frames it
 * held are refused as `decode-failed`, and nothing else is lost.
 */
export function decodePool(start: () => DecodeThread, size: number): DecodePool {
  const seats = Array.from({ length: size }, (): Seat => ({ thread: null, waiting: new Map() }));
  let nextId = 0;

  const giveUp = (seat: Seat): void => {
    seat.thread?.terminate();
    seat.thread = null;
    for (const { settle, timer } of seat.waiting.values()) {
      clearTimeout(timer);
      settle(failure(issue('decode-failed', 'error', undefined, { reason: 'thread' })));
    }
    seat.waiting.clear();
  };

  const seated = (seat: Seat): DecodeThread => {
    if (seat.thread !== null) return seat.thread;
    const thread = start();
    thread.onmessage = ({ data }) => {
      const waiting = seat.waiting.get(data.id);
      seat.waiting.delete(data.id);
      clearTimeout(waiting?.timer);
      waiting?.settle(data.result);
    };
    thread.onerror = () => giveUp(seat);
    seat.thread = thread;
    return thread;
  };

  const prepared = new Set<PixelCoding>();

  return {
    size,
    prepare(coding) {
      if (prepared.has(coding)) return;
      prepared.add(coding);
      for (const seat of seats) seated(seat).postMessage({ prepare: coding }, []);
    },
    decode(bytes, coding, format) {
      const seat = seats.reduce((idlest, other) => (other.waiting.size < idlest.waiting.size ? other : idlest));
      const id = nextId++;
      // Fragments are views of the whole file; only the frame's own bytes travel.
      const own = bytes.slice();
      return new Promise((settle) => {
        seat.waiting.set(id, { settle, timer: setTimeout(() => giveUp(seat), HANG_MS) });
        seated(seat).postMessage({ id, bytes: own, coding, format }, [own.buffer]);
      });
    },
  };
}
