import dicomParser, { type ByteArrayParser, type ByteStream, type DataSet, type Element } from 'dicom-parser';

export type { DataSet, Element };

interface ParserClasses {
  readonly DataSet: new (parser: ByteArrayParser, bytes: Uint8Array, elements: Record<string, Element>) => DataSet;
  readonly ByteStream: new (parser: ByteArrayParser, bytes: Uint8Array, position: number) => ByteStream;
}

// The package exports both classes but declares only their interfaces.
const classes = dicomParser as unknown as ParserClasses;

/** An empty data set over `bytes`; elements are put in as they are met. The elements have no prototype, so no tag name can reach one. */
export function emptyDataSet(bytes: Uint8Array, bigEndian: boolean): DataSet {
  return new classes.DataSet(endian(bigEndian), bytes, Object.create(null) as Record<string, Element>);
}

/** A stream at `position`; reading past the end throws. */
export function openStream(bytes: Uint8Array, bigEndian: boolean, position: number): ByteStream {
  return new classes.ByteStream(endian(bigEndian), bytes, position);
}

function endian(bigEndian: boolean): ByteArrayParser {
  return bigEndian ? dicomParser.bigEndianByteArrayParser : dicomParser.littleEndianByteArrayParser;
}

/** Reads one element with its sequence items; throws a string when it runs past the end. */
export function readElement(stream: ByteStream, explicitVr: boolean): Element {
  return explicitVr ? dicomParser.readDicomElementExplicit(stream, stream.warnings) : dicomParser.readDicomElementImplicit(stream);
}
