import { unzlibSync } from 'fflate';
import { issue } from '../core/issue';
import { failure, success, type Result } from '../core/result';
import type { Vec3 } from '../core/vector';

/** The two kidneys by the patient's side. */
export type Side = 'left' | 'right';

/** A vessel or ureter thinner than the map's voxels: a centre line in trunk mm with its radii. */
export interface Tube {
  readonly tissue: string;
  readonly pointsMm: readonly Vec3[];
  readonly radiiMm: readonly number[];
}

/**
 * The anatomy behind the sample case, made by training/phantom/make_trunk.py. `labels` index `tissues`; i runs to the
 * patient's left, j to the back, k to the head (LPS axes); positions are mm from the centre of voxel (0, 0, 0).
 */
export interface Trunk {
  readonly sizeIjk: Vec3;
  readonly spacingMm: Vec3;
  readonly tissues: readonly string[];
  readonly labels: Uint8Array;
  readonly sinusMm: Readonly<Record<Side, Vec3>>;
  readonly hilumMm: Readonly<Record<Side, Vec3>>;
  readonly tubes: readonly Tube[];
}

const MAGIC = 'RLTRUNK1';

/** Reads public/phantom/trunk.bin. Issue codes: unreadable-file. */
export function readTrunk(bytes: Uint8Array): Result<Trunk> {
  const refused = failure<Trunk>(issue('unreadable-file', 'error', 'phantom/trunk.bin'));
  const text = new TextDecoder('utf-8');
  if (bytes.length < 12 || text.decode(bytes.subarray(0, 8)) !== MAGIC) return refused;
  const headerBytes = new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true);
  if (bytes.length < 12 + headerBytes) return refused;
  try {
    const header = JSON.parse(text.decode(bytes.subarray(12, 12 + headerBytes))) as Omit<Trunk, 'labels'>;
    const labels = unzlibSync(bytes.subarray(12 + headerBytes));
    const [ni, nj, nk] = header.sizeIjk;
    return labels.length === ni * nj * nk ? success({ ...header, labels }) : refused;
  } catch {
    return refused;
  }
}
