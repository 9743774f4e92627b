/** The few platform names that pure rooms may use; everything else of DOM and Node is refused by tsconfig.pure.json. */
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean });
  decode(input?: ArrayBufferView | ArrayBuffer): string;
}
declare class TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
}
declare const crypto: {
  readonly subtle: { digest(algorithm: 'SHA-256', data: ArrayBufferView<ArrayBuffer> | ArrayBuffer): Promise<ArrayBuffer> };
};
declare namespace WebAssembly {
  interface Module {
    readonly __module: never;
  }
}
