/** Siemens: letters, then a number that grows with sharpness; 50 is where lung and bone begin (B50f, Br58, I70f, Bl57d\\3). */
const SIEMENS = /^(?:B|I|D|U|H|J|T|BR|BL|BV|BF|BU|HR|HV|QR|QD|SA|UR)(\d{2})/;
/** Canon and Toshiba: FC30 to FC39 bone, FC50 to FC59 and FC80 to FC89 lung. */
const CANON = /^FC(3|5|8)\d/;
/** GE, Philips and United Imaging by name. */
const NAMED = /^(LUNG|BONE|BONEPLUS|EDGE|ULTRA|CHEST|B_SHARP\w*|L|YC|YD|YE|E)\b/;

/** True for a reconstruction kernel made for lung or bone: its noise is no good for soft tissue. Source: clinical use of the makers' names. */
export function isSharpKernel(kernel: string): boolean {
  const name = kernel.trim().toUpperCase();
  const siemens = SIEMENS.exec(name);
  if (siemens !== null) return Number(siemens[1]) >= 50;
  return CANON.test(name) || NAMED.test(name);
}
