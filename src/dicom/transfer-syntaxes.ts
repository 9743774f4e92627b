/** How the pixel data of a transfer syntax are written; each coding has its file in decode/. */
export type PixelCoding =
  | 'native'
  | 'native-fragments'
  | 'deflated-frame'
  | 'rle'
  | 'jpeg-baseline'
  | 'jpeg-extended'
  | 'jpeg-lossless'
  | 'jpeg-ls'
  | 'jpeg-2000'
  | 'htj2k';

/** One row of the table of transfer syntaxes that RenaLens reads. */
export interface TransferSyntax {
  readonly uid: string;
  readonly name: string;
  readonly explicitVr: boolean;
  readonly bigEndian: boolean;
  /** The whole data set is deflated (PS3.5 A.5). */
  readonly deflated: boolean;
  readonly coding: PixelCoding;
  /** False where decoded samples may differ from what the scanner stored. */
  readonly lossless: boolean;
}

type Row = readonly [uid: string, name: string, coding: PixelCoding, lossless: boolean];

const ENCAPSULATED: readonly Row[] = [
  ['1.2.840.10008.1.2.1.98', 'Encapsulated Uncompressed Explicit VR Little Endian', 'native-fragments', true],
  ['1.2.840.10008.1.2.8.1', 'Deflated Image Frame Compression', 'deflated-frame', true],
  ['1.2.840.10008.1.2.5', 'RLE Lossless', 'rle', true],
  ['1.2.840.10008.1.2.4.50', 'JPEG Baseline (Process 1)', 'jpeg-baseline', false],
  ['1.2.840.10008.1.2.4.51', 'JPEG Extended (Process 2 and 4)', 'jpeg-extended', false],
  ['1.2.840.10008.1.2.4.57', 'JPEG Lossless, Non-Hierarchical (Process 14)', 'jpeg-lossless', true],
  ['1.2.840.10008.1.2.4.70', 'JPEG Lossless, First-Order Prediction (Process 14, Selection Value 1)', 'jpeg-lossless', true],
  ['1.2.840.10008.1.2.4.80', 'JPEG-LS Lossless', 'jpeg-ls', true],
  ['1.2.840.10008.1.2.4.81', 'JPEG-LS Near-Lossless', 'jpeg-ls', false],
  ['1.2.840.10008.1.2.4.90', 'JPEG 2000 Lossless Only', 'jpeg-2000', true],
  ['1.2.840.10008.1.2.4.91', 'JPEG 2000', 'jpeg-2000', false],
  ['1.2.840.10008.1.2.4.201', 'High-Throughput JPEG 2000 Lossless Only', 'htj2k', true],
  ['1.2.840.10008.1.2.4.202', 'High-Throughput JPEG 2000 with RPCL Options Lossless Only', 'htj2k', true],
  ['1.2.840.10008.1.2.4.203', 'High-Throughput JPEG 2000', 'htj2k', false],
];

/** Every transfer syntax that is read. To add one: a row here and, for a new coding, a file in decode/. Source: PS3.6 table A-1. */
const TRANSFER_SYNTAXES: readonly TransferSyntax[] = [
  { uid: '1.2.840.10008.1.2', name: 'Implicit VR Little Endian', explicitVr: false, bigEndian: false, deflated: false, coding: 'native', lossless: true },
  { uid: '1.2.840.10008.1.2.1', name: 'Explicit VR Little Endian', explicitVr: true, bigEndian: false, deflated: false, coding: 'native', lossless: true },
  { uid: '1.2.840.10008.1.2.2', name: 'Explicit VR Big Endian', explicitVr: true, bigEndian: true, deflated: false, coding: 'native', lossless: true },
  { uid: '1.2.840.10008.1.2.1.99', name: 'Deflated Explicit VR Little Endian', explicitVr: true, bigEndian: false, deflated: true, coding: 'native', lossless: true },
  ...ENCAPSULATED.map(([uid, name, coding, lossless]) => ({ uid, name, explicitVr: true, bigEndian: false, deflated: false, coding, lossless })),
];

const BY_UID = new Map(TRANSFER_SYNTAXES.map((syntax) => [syntax.uid, syntax]));

/** The row of a transfer syntax, or null when RenaLens does not read it. */
export function findTransferSyntax(uid: string): TransferSyntax | null {
  return BY_UID.get(uid) ?? null;
}

/** The first of three that a file without a usable meta header is taken to be written in: no VRs. */
export const IMPLICIT_LITTLE_ENDIAN = TRANSFER_SYNTAXES[0]!;
/** The second: VRs, low byte first. */
export const EXPLICIT_LITTLE_ENDIAN = TRANSFER_SYNTAXES[1]!;
/** The third: VRs, high byte first. */
export const EXPLICIT_BIG_ENDIAN = TRANSFER_SYNTAXES[2]!;
