import type { PatientFacts } from '../../core/volume';
import type { Language } from '../../words';

/** A DICOM person name as a PACS shows it: FAMILY, Given. */
function displayName(name: string): string {
  const [family = '', given = ''] = name.split('=')[0]?.split('^') ?? [];
  return given ? `${family}, ${given}` : family;
}

/** A DICOM date (YYYYMMDD) by the language's habit; '' when absent or odd. */
export function displayDate(date: string, language: Language): string {
  const parts = /^(\d{4})(\d{2})(\d{2})$/.exec(date);
  if (!parts) return '';
  const day = new Date(Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])));
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' }).format(day);
}

/** Identity and study as one line each; empty parts are left out. */
export function identityLine(patient: PatientFacts, age: (years: number) => string): string {
  const years = patient.ageYears === null ? '' : age(Math.floor(patient.ageYears));
  return [displayName(patient.name), patient.id, patient.sex, years].filter(Boolean).join(' · ');
}
