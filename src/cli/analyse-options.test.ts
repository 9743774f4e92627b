import { describe, expect, it } from 'vitest';
import { readAnalyseOptions } from './analyse-options';

describe('readAnalyseOptions', () => {
  it.each([
    ['a space', ['ct', '--out', 'o', '--pack', 'p', '--preset', 'paper', '--centre-lps', '-90,45,-620', '--threads', '2', '--phase', 'A=x=1.nii']],
    ['an equals sign', ['ct', '--out=o', '--pack=p', '--preset=paper', '--centre-lps=-90,45,-620', '--threads=2', '--phase=A=x=1.nii']],
  ])('reads values behind %s', (_, args) => {
    expect(readAnalyseOptions(args)).toEqual({
      paths: ['ct'], out: 'o', pack: 'p', preset: 'paper', centreLpsMm: [-90, 45, -620], phases: { A: 'x=1.nii' }, savePatches: false, threads: 2,
    });
  });

  it('leaves an equals sign in a path alone', () => {
    expect(readAnalyseOptions(['a=b/ct', '--out=x=y', '--save-patches'])).toMatchObject({ paths: ['a=b/ct'], out: 'x=y', savePatches: true });
  });

  it.each([['--fast=1'], ['--save-patches=no'], ['--out='], ['--centre-lps=1,2'], ['--centre-lps']])('refuses %s', (word) => {
    expect(readAnalyseOptions(['ct', '--out', 'o', word])).toContain(word.split('=')[0]);
  });
});
