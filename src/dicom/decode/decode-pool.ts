import { issue } from '../../core/issue';
import { failure, type Result } from '../../core/result';
import type { PixelFormat } from '../pixel-format';
import type { PixelCoding } from '../transfer-syntaxes';
import type { DecodePool } from './codec-host';
import type { StoredFrame } from './samples';

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

/** A thread as the pool sees it, in a browser or in Node. */
export interface DecodeThread {
  post(message: DecodeMessage, moved: readonly ArrayBuffer[]): void;
  end(): void;
}

/** What a thread tells. */
export interface ThreadListener {
  answered(answer: DecodeAnswer): void;
  failed(): void;
}

/** What the pool takes from its host: how a thread is started, and a clock. */
export interface PoolHost {
  readonly start: (listener: ThreadListener) => DecodeThread;
  /** Does `act` after so many ms; gives what takes it back. */
  readonly after: (ms: number, act: () => void) => () => void;
}

/** A decoder that has not answered by then hangs: no frame takes a hundredth of it. */
export const HANG_MS = 20_000;

interface Waiting {
  readonly settle: (result: Result<StoredFrame>) => void;
  readonly calm: () => void;
}

interface Seat {
  thread: DecodeThread | null;
  readonly waiting: Map<number, Waiting>;
}

/**
 * A pool of decoding threads, started when first needed. A thread that fails or hangs is ended and replaced; the frames it
 * held are refused as `decode-failed`, and nothing else is lost.
 */
export function decodePool({ start, after }: PoolHost, size: number, hangMs = HANG_MS): DecodePool {
  const seats = Array.from({ length: size }, (): Seat => ({ thread: null, waiting: new Map() }));
  let nextId = 0;

  const giveUp = (seat: Seat): void => {
    seat.thread?.end();
    seat.thread = null;
    for (const { settle, calm } of seat.waiting.values()) {
      calm();
      settle(failure(issue('decode-failed', 'error', undefined, { reason: 'thread' })));
    }
    seat.waiting.clear();
  };

  const seated = (seat: Seat): DecodeThread => {
    if (seat.thread !== null) return seat.thread;
    const thread = start({
      answered(answer) {
        const waiting = seat.waiting.get(answer.id);
        seat.waiting.delete(answer.id);
        waiting?.calm();
        waiting?.settle(answer.result);
      },
      failed() {
        if (seat.thread === thread) giveUp(seat);
      },
    });
    seat.thread = thread;
    return thread;
  };

  const prepared = new Set<PixelCoding>();

  return {
    size,
    prepare(coding) {
      if (prepared.has(coding)) return;
      prepared.add(coding);
      for (const seat of seats) seated(seat).post({ prepare: coding }, []);
    },
    decode(bytes, coding, format) {
      const seat = seats.reduce((idlest, other) => (other.waiting.size < idlest.waiting.size ? other : idlest));
      const id = nextId++;
      // Fragments are views of the whole file; only the frame's own bytes travel.
      const own = bytes.slice();
      return new Promise((settle) => {
        seat.waiting.set(id, { settle, calm: after(hangMs, () => giveUp(seat)) });
        seated(seat).post({ id, bytes: own, coding, format }, [own.buffer]);
      });
    },
  };
}
