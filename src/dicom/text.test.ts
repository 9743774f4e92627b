import { describe, expect, it } from 'vitest';
import { decodeText } from './text';

const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);
const latin = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
/** Russian as windows-1251. */
const cyrillic = (text: string): Uint8Array => Uint8Array.from(text, (character) => (character >= 'А' && character <= 'я' ? character.charCodeAt(0) - 0x410 + 0xc0 : character.charCodeAt(0)));

describe('text in the character set of its file', () => {
  it.each([
    ['Latin-1 by default', latin('Buc^J\xe9r\xf4me'), [''], 'Buc^Jérôme'],
    ['Latin-1', latin('Sp\xe4tphase \xd6sophagus'), ['ISO_IR 100'], 'Spätphase Ösophagus'],
    ['Greek', bytes(0xc4, 0xe9, 0xef), ['ISO_IR 126'], 'Διο'],
    ['Cyrillic', bytes(0xbb, 0xee, 0xda), ['ISO_IR 144'], 'Люк'],
    ['UTF-8', new TextEncoder().encode('静脉期 Phase'), ['ISO_IR 192'], '静脉期 Phase'],
    ['UTF-8 that says Latin-1', new TextEncoder().encode('Spätphase'), ['ISO_IR 100'], 'Spätphase'],
    ['GB18030', bytes(0xbe, 0xb2, 0xc2, 0xf6, 0xc6, 0xda), ['GB18030'], '静脉期'],
    ['GB 2312 that says nothing', bytes(0xc6, 0xbd, 0xc9, 0xa8, 0x20, 0x35, 0x6d, 0x6d), [''], '平扫 5mm'],
    ['windows-1251 that says Latin-1', cyrillic('Нативная фаза'), ['ISO_IR 100'], 'Нативная фаза'],
    ['Japanese with escapes', bytes(0x1b, 0x24, 0x42, 0x3b, 0x33, 0x45, 0x44, 0x1b, 0x28, 0x42, 0x5e, 0x41), ['', 'ISO_IR 87'], '山田^A'],
    ['Korean with escapes', bytes(0x1b, 0x24, 0x29, 0x43, 0xb1, 0xe8, 0x5e, 0x41), ['', 'ISO_IR 149'], '김^A'],
    ['half-width Katakana', bytes(0xd4, 0xcf, 0xc0, 0xde), ['ISO_IR 13'], 'ﾔﾏﾀﾞ'],
    ['a set that does not exist', latin('plain'), ['NO SUCH SET'], 'plain'],
  ])('%s', (_, value, sets, text) => {
    expect(decodeText(value, sets)).toBe(text);
  });

  it('never throws, whatever the bytes', () => {
    for (let seed = 1; seed < 500; seed++) {
      const noise = Uint8Array.from({ length: seed % 40 }, (_, n) => (seed * 31 + n * n * 17) & 255);
      for (const sets of [[''], ['ISO_IR 13'], ['GB18030'], ['', 'ISO_IR 87'], ['\\', 'x']]) expect(typeof decodeText(noise, sets)).toBe('string');
    }
  });
});
