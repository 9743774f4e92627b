import { issue } from '../core/issue';
import type { ByteSource } from '../core/ports';
import { failure, success, type Result } from '../core/result';
import { codeOf } from './attributes';
import { readPixelFormat } from './pixel-format';
import type { PixelSource } from './read-frames';
import type { Header } from './read-header';
import { TAG } from './tags';

/** A header whose pixel data can be opened. */
export interface ImageHeader {
  readonly header: Header;
  readonly pixels: PixelSource;
}

/**
 * Says of a header that is read whether its pixels can be decoded.
 * Issues: `not-an-image`, `truncated-file`, `unsupported-transfer-syntax`, `unsupported-pixel-format`.
 */
export function imageOf(header: Header, source: ByteSource): Result<ImageHeader> {
  const { dataSet, pixelData, syntax, transferSyntaxUid, endedInSequence } = header;
  if (pixelData === null) return failure(endedInSequence ? issue('truncated-file', 'error', source.name) : withoutPixels(header, source));
  if (syntax === null) return failure(issue('unsupported-transfer-syntax', 'error', source.name, { transferSyntax: transferSyntaxUid }));
  const format = readPixelFormat(dataSet);
  if (!format.ok) return failure({ ...format.issue, where: source.name });
  const pixels = { source, place: pixelData, syntax, format: format.value, extendedOffsets: extendedOffsets(dataSet.elements[TAG.ExtendedOffsetTable], header) };
  return success({ header, pixels });
}

function withoutPixels(header: Header, source: ByteSource): ReturnType<typeof issue> {
  const sopClassUid = codeOf(header.dataSet, TAG.SOPClassUID);
  return issue('not-an-image', 'note', source.name, { sopClassUid, modality: codeOf(header.dataSet, TAG.Modality) });
}

function extendedOffsets(element: { readonly dataOffset: number; readonly length: number } | undefined, header: Header): readonly number[] {
  if (element === undefined) return [];
  const { byteArray } = header.dataSet;
  const view = new DataView(byteArray.buffer, byteArray.byteOffset + element.dataOffset, element.length - (element.length % 8));
  return Array.from({ length: view.byteLength / 8 }, (_, n) => Number(view.getBigUint64(8 * n, true)));
}
