/** What a row takes from report.json; docs/report.schema.json has the whole. */
export interface RowReport {
  readonly status: string;
  readonly phases: readonly { readonly phase: string; readonly read: boolean }[];
  readonly masses: readonly { readonly id: number; readonly label: string; readonly side: string; readonly volumeMl: number; readonly diametersMm: readonly number[] }[];
  readonly centre: { readonly massId: number | null; readonly pointLpsMm: readonly number[] } | null;
  readonly scores: readonly { readonly task: string; readonly probability: number }[];
  readonly score: number | null;
  readonly preset: string;
  readonly pack: { readonly id: string; readonly version: string; readonly files: readonly object[] };
  readonly issues: readonly { readonly code: string; readonly severity: string }[];
}

/** One case of a cohort on one line: what a table of the cohort needs. Null where there is nothing to say. */
export interface CohortRow {
  readonly case: string;
  /** That of the report, or `refused` where there is none. */
  readonly status: string;
  /** Why it was refused: an issue code where there is one, and the sentence. */
  readonly code: string | null;
  readonly reason: string | null;
  /** Phases that were read, of N, A and V. */
  readonly phases: string;
  readonly malignant: number | null;
  readonly aggressive: number | null;
  /** 0 to 10. */
  readonly score: number | null;
  readonly masses: number;
  /** Of the mass that was read. */
  readonly label: string | null;
  readonly side: string | null;
  readonly volumeMl: number | null;
  readonly longestMm: number | null;
  readonly centreLpsMm: readonly number[] | null;
  /** Codes of errors and warnings, each once. */
  readonly issues: readonly string[];
  readonly pack: string | null;
  /** Seconds that it took; missing for a case that was read before. */
  readonly seconds?: number;
}

/** The row of a case that has a report. */
export function reportRow(name: string, report: RowReport): CohortRow {
  const mass = report.masses.find(({ id }) => id === report.centre?.massId);
  const probability = (task: string): number | null => report.scores.find((score) => score.task === task)?.probability ?? null;
  return {
    case: name,
    status: report.status,
    code: null,
    reason: null,
    phases: report.phases.filter(({ read }) => read).map(({ phase }) => phase).join(''),
    malignant: probability('malignancy'),
    aggressive: probability('aggressiveness'),
    score: report.score,
    masses: report.masses.length,
    label: mass?.label ?? null,
    side: mass?.side ?? null,
    volumeMl: mass?.volumeMl ?? null,
    longestMm: mass === undefined ? null : Math.max(...mass.diametersMm),
    centreLpsMm: report.centre?.pointLpsMm ?? null,
    issues: [...new Set(report.issues.filter(({ severity }) => severity !== 'note').map(({ code }) => code))],
    pack: `${report.pack.id} ${report.pack.version}`,
  };
}

/** The row of a case without a report; the sentence of `analyse` ends in its issue's code, in brackets. */
export function refusedRow(name: string, sentence: string): CohortRow {
  const [, reason = sentence, code = null] = /^(.*?)\s*\[([a-z0-9-]+)\]$/s.exec(sentence) ?? [];
  const nothing = { phases: '', malignant: null, aggressive: null, score: null, masses: 0, label: null, side: null, volumeMl: null, longestMm: null, centreLpsMm: null };
  return { case: name, status: 'refused', code, reason, ...nothing, issues: [], pack: null };
}
