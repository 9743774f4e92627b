/** Letters that do not decompose into a base letter and an accent. */
const PLAIN: Readonly<Record<string, string>> = { ß: 'ss', ı: 'i', ł: 'l', ø: 'o', æ: 'ae', đ: 'd' };

/**
 * Brings text into the form in which phase words are compared: camel case split, lower case, accents folded (Hangul and kana
 * are put together again), full-width forms made plain, underscores as blanks.
 */
export function foldText(text: string): string {
  return repairMojibake(text)
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .normalize('NFC')
    .replace(/[ßıłøæđ]/g, (letter) => PLAIN[letter] ?? letter)
    .replace(/[_\\^]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** A vocabulary term in all the forms in which it may be met: folded, and with umlauts written out (spät: spat, spaet). */
export function foldTerm(term: string): readonly string[] {
  const plain = foldText(term);
  const writtenOut = foldText(
    term.replace(/[äöüø]/gi, (letter) => ({ ä: 'ae', ö: 'oe', ü: 'ue', ø: 'oe' })[letter.toLowerCase()] ?? letter),
  );
  return writtenOut === plain ? [plain] : [plain, writtenOut];
}

/** UTF-8 that was read as Latin-1 ("SpÃ¤t") is read again; anything else stays. */
function repairMojibake(text: string): string {
  if (!/[ÂÃÄÅ][\u0080-\u00bf]/.test(text) || /[^\u0000-\u00ff]/.test(text)) return text;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
  } catch {
    return text;
  }
}
