import type { ByteSource } from '../core/ports';
import type { Issue } from '../core/issue';
import type { CodecHost } from './decode/codec-host';
import type { StoredFrame } from './decode/samples';
import { openFrames } from './read-frames';
import { readHeader } from './read-header';
import { imageOf } from './read-image';

/** What is said about one file: decoded with its frames, refused with a code, or not an image at all. */
export interface FileVerdict {
  readonly transferSyntaxUid: string;
  readonly verdict: 'decoded' | 'refused' | 'not-an-image';
  readonly issue?: Issue;
  readonly frames?: number;
  readonly rows?: number;
  readonly columns?: number;
}

const NOT_AN_IMAGE = new Set(['not-dicom', 'not-an-image']);

/** Decodes every frame of a file, in order, handing each to `onFrame`. Never throws. */
export async function judgeFile(source: ByteSource, codecs: CodecHost, onFrame: (frame: StoredFrame) => void): Promise<FileVerdict> {
  const header = await readHeader(source);
  if (!header.ok) return { transferSyntaxUid: '', verdict: verdictOf(header.issue), issue: header.issue };
  const { transferSyntaxUid } = header.value;
  const image = imageOf(header.value, source);
  if (!image.ok) return { transferSyntaxUid, verdict: verdictOf(image.issue), issue: image.issue };
  const { frames, rows, columns } = image.value.pixels.format;
  const opened = await openFrames(image.value.pixels, codecs);
  if (!opened.ok) return { transferSyntaxUid, verdict: 'refused', issue: opened.issue };
  for (let index = 0; index < frames; index++) {
    const frame = await opened.value.frame(index);
    if (!frame.ok) return { transferSyntaxUid, verdict: 'refused', issue: frame.issue };
    onFrame(frame.value);
  }
  return { transferSyntaxUid, verdict: 'decoded', frames, rows, columns };
}

function verdictOf({ code }: Issue): FileVerdict['verdict'] {
  return NOT_AN_IMAGE.has(code) ? 'not-an-image' : 'refused';
}
