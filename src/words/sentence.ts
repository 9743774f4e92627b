/**
 * What a person is told: what happened, and what to do about it ('' when nothing needs doing).
 * `{name}` is filled from the data (`{where}` from its place); a part in square brackets is dropped as a whole
 * when one of its placeholders has no value, so that a sentence never shows an empty hole. `{name:file|files}` is the first word
 * for one of it, the second for any other number.
 */
export interface Sentence {
  readonly title: string;
  readonly todo: string;
}

/** The languages that are complete. */
export const LANGUAGES = ['en', 'zh', 'de'] as const;

/** A language of the page, the report and the terminal. */
export type Language = (typeof LANGUAGES)[number];

/** Values for placeholders. */
export type Fill = Readonly<Record<string, string | number | undefined>>;

/** Puts values into a template; numbers are written by the language's habits with at most two decimals. */
export function fillTemplate(template: string, fill: Fill, language: Language): string {
  const value = (key: string): string | undefined => {
    const v = fill[key];
    if (v === undefined) return undefined;
    return typeof v === 'number' ? formatNumber(v, language) : v;
  };
  const withoutGaps = template.replace(/\[([^\]]*)\]/g, (_, part: string) => {
    const names = [...part.matchAll(/\{(\w+)\}/g)].map((m) => m[1] ?? '');
    return names.every((name) => value(name) !== undefined) ? part : '';
  });
  const counted = withoutGaps.replace(/\{(\w+):([^|}]*)\|([^}]*)\}/g, (_, name: string, one: string, many: string) => (pluralRules(language).select(Number(fill[name])) === 'one' ? one : many));
  return counted.replace(/\{(\w+)\}/g, (_, name: string) => value(name) ?? '');
}

const rules = new Map<Language, Intl.PluralRules>();

function pluralRules(language: Language): Intl.PluralRules {
  const known = rules.get(language) ?? new Intl.PluralRules(language);
  rules.set(language, known);
  return known;
}

const formats = new Map<string, Intl.NumberFormat>();

/** A number as the language writes it, with a fixed or a greatest number of decimals. */
export function formatNumber(value: number, language: Language, decimals?: number): string {
  const key = `${language} ${decimals ?? ''}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(
      language,
      decimals === undefined
        ? { maximumFractionDigits: 2, useGrouping: false }
        : { minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: false },
    );
    formats.set(key, format);
  }
  return format.format(value);
}
