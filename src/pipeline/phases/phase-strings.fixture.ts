import type { Phase } from '../../core/phase';

/** Series descriptions in the styles met in practice, with the phase that the text alone names; U: it names none. */
export const PHASE_STRINGS: Readonly<Record<Phase, readonly string[]>> = {
  N: [
    'NATIV 3.0 Br36', 'Abd nativ 5.0 B30f', 'Abdomen ohne KM 3mm', 'LEER 5.0', 'Niere nativ low dose', 'CT Abdomen nat. 2.0',
    'NON CON 1.25', 'NONCONTRAST', 'noncontrast', 'W/O CONTRAST 5mm', 'Abd w/o', 'UNENHANCED KIDNEYS', 'PLAIN 5.0',
    'C- 5.0 STD', 'Pre-contrast 3mm', 'RENAL MASS PRE', 'KUB low dose', 'SANS IV 2mm', 'Sans injection', 'ABDO SANS IV',
    'IV- 1.25', 'sans contraste', 'BASAL 5.0', 'FASE BASAL', 'Simple abdomen', 'SIN CONTRASTE', 'S/C 3mm', 'SEM CONTRASTE',
    'pré-contraste', 'BASALE 2.5', 'senza mdc', 'diretta addome', 'blanco abdomen', 'zonder contrast', '平扫', '平扫 5mm', '腹部平掃',
    'CT平扫 1.0', '単純', '造影前 5mm', '조영전', '비조영 CT', 'без КУ', 'Нативная фаза', 'б/к 1.5', 'kontrastsız', 'IV-siz 3mm',
    'bez kontrastu', 'utan kontrast', 'uden kontrast 5mm',
  ],
  A: [
    'ART 1.0 I30f', 'ARTERIAL', 'arterial', 'Late arterial 1.5', 'Arterial Phase Abdomen 1.50 Br40 S3 cor', 'CMP 35s',
    'CORTICOMEDULLARY 1.25', 'Renal art 30S', 'art. Phase 3mm', 'ARTERIELL 2.0', 'Niere kortikomedullär', 'spätarteriell 1.0',
    'frühart. 1.0 B20f', 'Temps artériel', 'TPS ART 1mm', 'ARTERIEL 1.25', 'cortical 30s', 'FASE ARTERIAL',
    'corticomedular 1.0', 'fase arteriosa', 'ARTERIOSA TARDIVA', 'corticomidollare', 'arterieel 1mm', '动脉期', '动脉期 1.0',
    '動脈期 5mm', '皮质期', '皮髓质期 1mm', '动脉晚期', '動脈相', '皮髄相 1mm', '早期相 5.0', '동맥기', '피질기 1.0', 'Артериальная фаза', 'арт. фаза 1.0',
    'кортикомедуллярная', 'arteriyel faz', 'Arter 1mm', 'faza tętnicza', 'artärfas',
  ],
  V: [
    'VENOUS', 'PORT VEN 5mm', 'PV 70s', 'PORTAL VENOUS 3.0', 'Venous Phase Abdomen 0.80 Br40 S5', 'NEPHRO 100s',
    'NEPHROGRAPHIC 90S', 'NEPHROGENIC', 'parenchymal 1.25', 'VEN 5.0 B30f', 'venös 3mm', 'portalvenös 1.0', 'Parenchymphase',
    'nephrographische Phase', 'TEMPS PORTAL', 'portal 2mm', 'néphrographique', 'tubulaire 90s', 'FASE PORTAL', 'venosa 3mm',
    'NEFROGRAFICA', 'parenquimatosa', 'fase nefrográfica 1.0', 'fase venosa', 'porto-venosa 2.5', 'nefrografica 100 s',
    'veneus 3mm', 'portoveneus', '静脉期', '门静脉期 5mm', '門脈期', '实质期', '肾实质期 1.0', '静脈相', '実質相 1mm', '門脈相', '정맥기', '문맥기 3mm',
    '신실질기', 'Венозная фаза', 'паренхиматозная', 'нефрографическая 1.0', 'venöz faz', 'nefrografik', 'faza żylna', 'venfas',
  ],
  E: [
    'DELAYED 5MIN', 'EXCRETORY', 'EXCRET 8 MIN', 'CT UROGRAM 10 min', 'UROGRAPHIC 3.0', 'pyelographic', 'DEL 10MIN',
    'SPÄT 10min', 'SPAET 3.0', 'Ausscheidungsphase', 'urographische Phase', 'TARDIF 10 MIN', 'temps excréteur',
    'excrétoire 2mm', 'FASE EXCRETORA', 'eliminación 10 min', 'TARDÍA 8min', 'excretora 2.0', 'urografia 10min',
    'fase escretoria', 'urografica 12 min', 'uitscheidingsfase', '排泄期', '延迟期 5分钟', '肾盂期', '排泄相', '遅延相 10分', '배설기', '지연기 5분',
    'Выделительная фаза', 'экскреторная 10 мин', 'отсроченная', 'geç faz 10dk', 'ekskretuar', 'faza wydzielnicza',
    'utsöndringsfas',
  ],
  U: [
    'Abdomen 3.0 Br40', 'CT ABDOMEN W WO', 'with and without contrast', 'mit und ohne KM', '3 PHASE LIVER', 'HEART 0.6',
    'PARTIAL RECON', 'METAL ART RED 1.0', 'SEVENTY KV TEST', 'VENTRAL HERNIA PROTOCOL', 'start tracking', 'COR 3mm',
    'SAG MPR', 'AP SCOUT', 'Topogramm 0.6 T20f', 'PREMONITORING', 'Monitoring 10.0', 'Bolus tracking', '1.25 LUNG',
    'B70f 1.0', 'S70 STD', 'Dose Report', 'Patient Protocol', 'Screen Save', 'CHART 1', 'Presentation state', 'Abd/Pel 5mm',
    'VNC 1.0', 'MonoE 70 keV', 'Iodine map', '腹部', 'Живот 1.0', 'EQUILIBRIUM 3 min', 'delayed',
  ],
};
