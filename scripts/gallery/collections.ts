/** What a collection asks of whoever shows it. Licences and DOIs as its page at TCIA states them. */
export interface Collection {
  readonly licence: { readonly name: string; readonly url: string };
  readonly citation: string;
  readonly doi: string;
  /** True when label maps of the same patients went into the training of the default pack. */
  readonly inTraining: boolean;
}

const BY_3 = { name: 'CC BY 3.0', url: 'https://creativecommons.org/licenses/by/3.0/' } as const;
const BY_4 = { name: 'CC BY 4.0', url: 'https://creativecommons.org/licenses/by/4.0/' } as const;

/** The renal collections of TCIA that hold CT. */
export const COLLECTIONS: Readonly<Record<string, Collection>> = {
  'C4KC-KiTS': {
    licence: BY_3,
    citation: 'Heller, N., Sathianathen, N., Kalapara, A., et al. (2019). Data from C4KC-KiTS [Data set]. The Cancer Imaging Archive.',
    doi: '10.7937/TCIA.2019.IX49E8NX',
    inTraining: true,
  },
  'TCGA-KIRC': {
    licence: BY_3,
    citation: 'Akin, O., Elnajjar, P., Heller, M., et al. (2016). The Cancer Genome Atlas Kidney Renal Clear Cell Carcinoma Collection (TCGA-KIRC) [Data set]. The Cancer Imaging Archive.',
    doi: '10.7937/K9/TCIA.2016.V6PBVTDR',
    inTraining: false,
  },
  'TCGA-KIRP': {
    licence: BY_3,
    citation: 'Linehan, M., Gautam, R., Kirk, S., et al. (2016). The Cancer Genome Atlas Cervical Kidney Renal Papillary Cell Carcinoma Collection (TCGA-KIRP) [Data set]. The Cancer Imaging Archive.',
    doi: '10.7937/K9/TCIA.2016.ACWOGBEF',
    inTraining: false,
  },
  'TCGA-KICH': {
    licence: BY_3,
    citation: 'Linehan, M. W., Gautam, R., Sadow, C. A., Levine, S. (2016). The Cancer Genome Atlas Kidney Chromophobe Collection (TCGA-KICH) [Data set]. The Cancer Imaging Archive.',
    doi: '10.7937/K9/TCIA.2016.YU3RBCZN',
    inTraining: false,
  },
  'CPTAC-CCRCC': {
    licence: BY_4,
    citation: 'National Cancer Institute Clinical Proteomic Tumor Analysis Consortium (CPTAC). (2018). The Clinical Proteomic Tumor Analysis Consortium Clear Cell Renal Cell Carcinoma Collection (CPTAC-CCRCC) [Data set]. The Cancer Imaging Archive.',
    doi: '10.7937/K9/TCIA.2018.OBLAMN27',
    inTraining: false,
  },
};
