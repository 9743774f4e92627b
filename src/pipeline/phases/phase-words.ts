import type { Phase } from '../../core/phase';

/** A phase, `contrast` for "after contrast, phase unsaid", `none` for words that take evidence away. */
export type WordMeaning = Exclude<Phase, 'U'> | 'contrast' | 'late-or-excretory' | 'none';

/** One row of the vocabulary: the words of one language for one meaning, separated by `|`. */
export interface PhaseWordRow {
  readonly language: string;
  readonly meaning: WordMeaning;
  readonly terms: string;
}

/**
 * How radiographers name phases, by language. Case, accents and umlauts (also as ae, oe, ue) do not matter. A term stands
 * between non-letters unless it ends in `*` (any letters may follow) or in `#` (a number must follow); CJK terms match
 * anywhere. Where terms overlap the longest wins, so "late arterial" is not late. Collected from radiology usage.
 */
export const PHASE_WORDS: readonly PhaseWordRow[] = [
  { language: 'en', meaning: 'N', terms: 'noncon*|non con*|non-con*|ncct|nect|unenh*|plain|native|pre|precontrast|pre-contrast|pre contrast|without|without contrast|without iv contrast|w/o|wo|w/o contrast|wo contrast|w/o iv|c-|-c|ctap wo|kub' },
  { language: 'en', meaning: 'A', terms: 'arteri*|art|art phase|late arterial|early arterial|late art|early art|cmp|cm phase|corticomed*|cortico|cortical|hap|renal art|pancreatic phase|renal arterial' },
  { language: 'en', meaning: 'V', terms: 'venou*|ven|vein phase|portal*|port ven*|portal vein|pv|pvp|portoven*|nephro|nephrogr*|nephrogen*|neph|parenchym*' },
  { language: 'en', meaning: 'E', terms: 'excret*|urogr*|uro|ctu|ivu|pyelogr*|pyelo|delayed|delay|del#|dly' },
  { language: 'en', meaning: 'contrast', terms: 'w/|post|post contrast|postcontrast|post-contrast|c+|+c|with contrast|w contrast|w/ contrast|enhanced|with iv contrast|routine ap c+' },
  { language: 'en', meaning: 'late-or-excretory', terms: 'equilib*|equil' },
  { language: 'zh', meaning: 'N', terms: '平扫|平掃|非增强|非增強|无增强|無增強|不打药|未增强|未增強' },
  { language: 'zh', meaning: 'A', terms: '动脉期|動脈期|动脉|皮质期|皮質期|皮髓期|皮髓质期|皮髓質期|动脉晚期|動脈晚期|动脉早期|增强一期|增強一期|A期' },
  { language: 'zh', meaning: 'V', terms: '静脉期|靜脈期|静脉|靜脈|门静脉期|門靜脈期|门静脉|門靜脈|门脉期|門脈期|实质期|實質期|髓质期|髓質期|肾实质期|腎實質期|增强二期|增強二期|V期' },
  { language: 'zh', meaning: 'E', terms: '排泄期|延迟期|延遲期|延迟|延遲|分泌期|肾盂期|腎盂期|增强三期|增強三期|延时' },
  { language: 'zh', meaning: 'contrast', terms: '增强|增強' },
  { language: 'zh', meaning: 'late-or-excretory', terms: '平衡期' },
  { language: 'de', meaning: 'N', terms: 'nativ*|nat|ohne km|ohne k.m.|ohne kontrast*|ohne iv|o. km|o.km|o km|leer|leeraufnahme|ungespritzt' },
  { language: 'de', meaning: 'A', terms: 'arteriell*|frühart*|spätart*|früharteriell|spätarteriell|kortikomed*|kortiko|kortikal*|cm-phase' },
  { language: 'de', meaning: 'V', terms: 'venös*|portalven*|pv|parenchymphase|nephrographisch*' },
  { language: 'de', meaning: 'E', terms: 'spät|spätphase|spätaufnahme|ausscheidung*|urographisch*|urographie|uro-ct|nierenbecken*' },
  { language: 'de', meaning: 'contrast', terms: 'mit km|m. km|m.km|mit k.m.|mit kontrast*|km' },
  { language: 'fr', meaning: 'N', terms: 'sans iv|sans inj*|s/iv|sans ic|sans pdc|sans contraste|iv-|blanc' },
  { language: 'fr', meaning: 'A', terms: 'artériel*|tps art|temps art*|temps artériel|cortical|cortico-med*|précoce artériel' },
  { language: 'fr', meaning: 'V', terms: 'veineu*|tps portal|temps portal|tps veineux|tubulaire|parenchymateu*|néphrogr*' },
  { language: 'fr', meaning: 'E', terms: 'tardif*|tardive|tard|tps tardif|excréteu*|excrétoire|urinaire|uroscanner' },
  { language: 'fr', meaning: 'contrast', terms: 'avec iv|iv+|avec injection|avec contraste' },
  { language: 'es', meaning: 'N', terms: 'basal|fase basal|simple|sin contraste|s/c|sin civ|sin iv|vacio|directo' },
  { language: 'es', meaning: 'A', terms: 'arterial|fase art|arterial tardía|corticomed*|cortical' },
  { language: 'es', meaning: 'V', terms: 'venosa|venoso|portal|portovenosa|porto*|nefrogr*|nefro|parenquim*' },
  { language: 'es', meaning: 'E', terms: 'tardía|tardío|excretor*|eliminación|urograf*|uro-tc|urograma|retardad*' },
  { language: 'es', meaning: 'contrast', terms: 'con contraste|con civ|civ' },
  { language: 'pt', meaning: 'N', terms: 'sem contraste|pré-contraste|pré contraste|simples|fase simples|fase sem contraste' },
  { language: 'pt', meaning: 'A', terms: 'arterial|cortical|corticomedular' },
  { language: 'pt', meaning: 'V', terms: 'venosa|portal|porta|nefrográfica' },
  { language: 'pt', meaning: 'E', terms: 'excretora|tardia|urografia|urotc|eliminação' },
  { language: 'pt', meaning: 'contrast', terms: 'pós-contraste|pós contraste|com contraste|c/c' },
  { language: 'it', meaning: 'N', terms: 'basale|senza mdc|s/mdc|senza contrasto|senza m.d.c.|diretta|bianco|pre mdc' },
  { language: 'it', meaning: 'A', terms: 'arterios*|arteriosa tardiva|corticomid*|corticale' },
  { language: 'it', meaning: 'V', terms: 'venosa|portale|porto-venosa|nefrografica|parenchimal*' },
  { language: 'it', meaning: 'E', terms: 'tardiva|escretori*|escretrice|urografic*|uro-tc|urografia|eliminazione' },
  { language: 'it', meaning: 'contrast', terms: 'con mdc|con m.d.c.|con contrasto|dopo mdc' },
  { language: 'nl', meaning: 'N', terms: 'blanco|zonder contrast|zonder iv|zonder km' },
  { language: 'nl', meaning: 'A', terms: 'arterie*|cortico-medullair*' },
  { language: 'nl', meaning: 'V', terms: 'veneu*|portoven*|portaal*|nefrografisch*' },
  { language: 'nl', meaning: 'E', terms: 'laat|late fase|uitscheiding*|excretie*|urografie' },
  { language: 'nl', meaning: 'contrast', terms: 'met contrast|met iv' },
  { language: 'ja', meaning: 'N', terms: '単純|単純CT|造影前|プレーン' },
  { language: 'ja', meaning: 'A', terms: '動脈相|早期相|動脈優位相|皮髄相|皮質相|動脈後期|早期動脈相|後期動脈相' },
  { language: 'ja', meaning: 'V', terms: '門脈相|静脈相|実質相|腎実質相|門脈' },
  { language: 'ja', meaning: 'E', terms: '後期相|遅延相|排泄相|遅延' },
  { language: 'ja', meaning: 'contrast', terms: '造影後|造影' },
  { language: 'ja', meaning: 'late-or-excretory', terms: '平衡相' },
  { language: 'ko', meaning: 'N', terms: '조영전|비조영|단순|조영 전' },
  { language: 'ko', meaning: 'A', terms: '동맥기|피질기|피질수질기|동맥' },
  { language: 'ko', meaning: 'V', terms: '문맥기|정맥기|신실질기|실질기|신장조영기|문맥|정맥' },
  { language: 'ko', meaning: 'E', terms: '지연기|배설기|지연' },
  { language: 'ko', meaning: 'contrast', terms: '조영후|조영 후' },
  { language: 'ru', meaning: 'N', terms: 'без ку|б/к|бк|нативн*|натив|без контраст*' },
  { language: 'ru', meaning: 'A', terms: 'артериальн*|арт|арт фаза|кортикомедул*|корков*|поздняя артериальн*' },
  { language: 'ru', meaning: 'V', terms: 'венозн*|вен|портальн*|порто-венозн*|паренхиматозн*|нефрогр*' },
  { language: 'ru', meaning: 'E', terms: 'отсроченн*|экскретор*|выделительн*|поздняя|отср' },
  { language: 'ru', meaning: 'contrast', terms: 'с контраст*|с ку' },
  { language: 'tr', meaning: 'N', terms: 'kontrastsız|öncesi|ivsiz|iv-sız|iv-siz|baz' },
  { language: 'tr', meaning: 'A', terms: 'arteriyel|arter|art faz|kortikomedüller' },
  { language: 'tr', meaning: 'V', terms: 'venöz|portal venöz|nefrografik|parankim*' },
  { language: 'tr', meaning: 'E', terms: 'geç|geç faz|ekskret*|ekskresyon|urografi' },
  { language: 'tr', meaning: 'contrast', terms: 'kontrastlı' },
  { language: 'pl', meaning: 'N', terms: 'bez kontrast*|przed kontrast*|natywn*|bez kk' },
  { language: 'pl', meaning: 'A', terms: 'tętnicz*|faza tętnicza|korowo-rdzeniow*' },
  { language: 'pl', meaning: 'V', terms: 'żyln*|wrotn*|żylno-wrotn*|nefrograficzn*|miąższow*' },
  { language: 'pl', meaning: 'E', terms: 'opóźnion*|wydzielnicz*|późna|pozna' },
  { language: 'pl', meaning: 'contrast', terms: 'z kontrastem|po kontraście' },
  { language: 'sv-da-no', meaning: 'N', terms: 'utan kontrast|uden kontrast|uten kontrast|utan km|nativt|u.k.|u. k.' },
  { language: 'sv-da-no', meaning: 'A', terms: 'artär*|art fas|arteriel fase|kortikomedul*' },
  { language: 'sv-da-no', meaning: 'V', terms: 'venfas|venefase|venøs*|portovenøs*|parenkym*|nefrografisk*' },
  { language: 'sv-da-no', meaning: 'E', terms: 'sen fas|utsöndring*|utskillelse*|urografi' },
  { language: 'sv-da-no', meaning: 'contrast', terms: 'med kontrast|med km' },
  // What names the whole study, a reconstruction or another word that looks alike takes evidence away.
  { language: 'any', meaning: 'none', terms: 'with and without|w and wo|w & wo|w/wo|w wo|w/ wo|w w/o|w/ & w/o|w/ w/o|w/ and w/o|mit und ohne|mit/ohne|mit u. ohne|avec et sans|avec/sans|com e sem|con e senza|con y sin|con/sin|met en zonder|met/zonder|z i bez|med och utan|med og uden|с и без|平扫+增强|平掃+增強|平扫增强|平扫及增强' },
  { language: 'any', meaning: 'none', terms: 'metal art*|art red*|metall art*|del abd*|ct venogr*|venogr*|phlebogr*|portal hypert*|pre op|pre-op|preop|post op|post-op|postop|post process*|prep|pre monitoring' },
];

/** Words of series that are no run of their own: scouts, tracking, reports, and pictures computed from dual energy. */
export const NO_PHASE_TERMS =
  'scout|topogr*|localizer|locator|surview|monitoring|premonitoring|pre-monitoring|bolus track*|tracking|tracker|smart prep|smartprep|timing bolus|test bolus|dose report|patient protocol|screen save|presentation*|vnc|virtual non*|virtual unenh*|virtuell nativ|monoe*|mono e|mono kev|kev|iodine*|iodmap|iodkarte|jod*|vue|virtual';
