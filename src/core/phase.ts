/** N non-contrast, A arterial (corticomedullary), V venous (nephrographic), E excretory, U unknown. */
export type Phase = 'N' | 'A' | 'V' | 'E' | 'U';

/** The phases that classifiers read, in their order. */
export const READ_PHASES = ['N', 'A', 'V'] as const;

/** A phase that a classifier reads. */
export type ReadPhase = (typeof READ_PHASES)[number];

/** One reason for a guess: what was seen, in data, so that words can say it in every language. */
export interface PhaseEvidence {
  readonly kind:
    | 'text'
    | 'delay'
    | 'acquisition-order'
    | 'contrast-agent'
    | 'aorta-hu'
    | 'liver-hu'
    | 'kidney-hu'
    | 'pelvis-hu'
    | 'no-aorta'
    | 'conflict';
  /** Which phase it speaks for, if one. */
  readonly phase: Phase | null;
  readonly data: Readonly<Record<string, string | number>>;
}

/** A volume's phase guess with the probability that it is right and the reasons for it. */
export interface PhaseGuess {
  readonly volumeId: string;
  readonly phase: Phase;
  readonly probability: number;
  readonly evidence: readonly PhaseEvidence[];
}

/** At or above this probability a guess needs no confirmation. */
export const CONFIDENT_PHASE_PROBABILITY = 0.9;

/** Which volume stands for which phase. Any non-empty subset can be read. */
export type PhaseAssignment = Readonly<Partial<Record<ReadPhase, string>>>;

/** Phases in the order in which one is preferred as reference: the one that is segmented. Source: method step 8. */
export const REFERENCE_ORDER: readonly ReadPhase[] = ['A', 'V', 'N'];
