import { describe, expect, it } from 'vitest';
import { isSharpKernel } from './kernel';

describe('reconstruction kernels', () => {
  it.each(['B70f', 'B60s', 'Br58d\\3', 'Bl57', 'I70f\\3', 'LUNG', 'BONE', 'BONEPLUS', 'EDGE', 'FC51', 'FC30', 'FC86', 'L', 'YC', 'B_SHARP_C'])('%s is sharp', (kernel) => {
    expect(isSharpKernel(kernel)).toBe(true);
  });

  it.each(['', 'B30f', 'B40f', 'Br40d\\3', 'I30f', 'Bv36', 'Qr40', 'STANDARD', 'SOFT', 'DETAIL', 'A', 'B', 'C', 'FC03', 'FC08', 'FC13', 'FC17', 'B_SOFT_B'])('%s is not', (kernel) => {
    expect(isSharpKernel(kernel)).toBe(false);
  });
});
