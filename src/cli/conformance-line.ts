import { createHash } from 'node:crypto';
import type { ByteSource } from '../core/ports';
import { judgeFile, type FileVerdict } from '../dicom/conformance';
import type { CodecHost } from '../dicom/decode/codec-host';
import type { StoredFrame } from '../dicom/decode/samples';

/** One line of the conformance report. `sha256` is over the stored values of all frames; `code` says why a file was not decoded. */
export interface ConformanceLine {
  readonly file: string;
  readonly transferSyntaxUid: string;
  readonly verdict: FileVerdict['verdict'];
  readonly code?: string;
  readonly data?: Readonly<Record<string, string | number>>;
  readonly frames?: number;
  readonly rows?: number;
  readonly columns?: number;
  readonly sha256?: string;
}

/**
 * Judges one file. Hashed are the stored values, sign- or zero-extended to 16 bits little endian (8-bit samples and single bits
 * as bytes), frames in order, colour by pixel; nothing is rescaled. `onBytes` sees the same bytes.
 */
export async function conformanceLine(
  source: ByteSource,
  file: string,
  codecs: CodecHost,
  onBytes: (bytes: Uint8Array) => void = () => undefined,
): Promise<ConformanceLine> {
  const hash = createHash('sha256');
  const { issue, ...verdict } = await judgeFile(source, codecs, (frame: StoredFrame) => {
    const bytes = new Uint8Array(frame.buffer, frame.byteOffset, frame.byteLength);
    hash.update(bytes);
    onBytes(bytes);
  });
  if (issue === undefined) return { file, ...verdict, sha256: hash.digest('hex') };
  return { file, ...verdict, code: issue.code, ...(issue.data === undefined ? {} : { data: issue.data }) };
}
