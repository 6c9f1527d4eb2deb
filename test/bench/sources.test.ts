import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createBuilder } from '../../src/measure/build.ts';
import { findPackageRoot, findPython, type Harness } from '../../src/measure/harness.ts';
import { temporaryFolder } from '../measure/fake-harness.ts';
import { BASELINE_GELU, geluCandidate, geluSource } from './gelu-source.ts';
import { moduleCandidate } from './module-source.ts';
import { expectedOf, kindOf, soakSource } from './soak-source.ts';

const SALT = 'a1b2c3d4';
const FUSED = readFileSync(join(import.meta.dirname, 'kernels', 'scaled_gelu_fused.py'), 'utf8');

describe('geluCandidate', () => {
  const sources = Array.from({ length: 1000 }, (_, index) => geluCandidate(SALT, index));

  it('makes a source of its own for every index', () => {
    expect(new Set(sources).size).toBe(sources.length);
    const renamed = sources.map((source) => source.replaceAll(/gelu_\w+_\d+/g, 'gelu'));
    expect(new Set(renamed).size).toBe(232);
  });

  it('makes other sources with another salt', () => {
    expect(sources).not.toContain(geluCandidate('other', 0));
  });

  it('asks for no block that is larger than CUDA allows', () => {
    const threads = sources.map((source) => Number(/kThreads = (\d+)/.exec(source)?.[1]));
    expect(Math.max(...threads)).toBe(1024);
    expect(Math.min(...threads)).toBe(128);
  });
});

describe('moduleCandidate', () => {
  it('changes the constants, and nothing else', () => {
    const [first, second] = [moduleCandidate(FUSED, SALT, 0), moduleCandidate(FUSED, SALT, 1)];
    expect(first).toContain(`THREADS = 128\nNAME = "scaled_gelu_${SALT}_0"\n`);
    expect(second).toContain(`THREADS = 160\nNAME = "scaled_gelu_${SALT}_1"\n`);
    expect(second.split('\n').length).toBe(FUSED.split('\n').length);
  });

  it('does not take a file without them', () => {
    expect(() => moduleCandidate('import torch\n', SALT, 0)).toThrow('no lines THREADS and NAME');
  });
});

describe('soakSource', () => {
  it('lets every tenth do harm, by turns', () => {
    const kinds = Array.from({ length: 1000 }, (_, index) => kindOf(index));
    const count = (wanted: string) => kinds.filter((kind) => kind === wanted).length;
    expect([count('honest'), count('crashing'), count('hanging')]).toEqual([900, 50, 50]);
    expect(expectedOf('hanging')).not.toContain('not-proven');
  });
});

it('all compile', async () => {
  const packageRoot = findPackageRoot(import.meta.dirname);
  const python = await findPython(process.env.KERNELWRIGHT_PYTHON, packageRoot);
  const harness: Harness = { python, packageRoot, device: 'emulated', sandbox: 'on' };
  const device = { name: 'emulated CPU', kind: 'emulated', arch: 'sm_90', versions: {} } as const;
  const env = { ...process.env, KERNELWRIGHT_CACHE: temporaryFolder() };
  const build = createBuilder(harness, device, temporaryFolder(), env);
  const kernel = (name: string) => readFileSync(join(import.meta.dirname, 'kernels', name), 'utf8');
  const sources: Record<string, string> = {
    'first.cu': geluCandidate(SALT, 0),
    'last.cu': geluCandidate(SALT, 999),
    'extra.cu': geluSource({ ...BASELINE_GELU, name: 'extra', extra: 0.04 }),
    'crashing.cu': soakSource(SALT, 9),
    'hanging.cu': soakSource(SALT, 19),
    'row_sum.cu': kernel('row_sum.cu'),
    'matmul.cu': kernel('matmul.cu'),
    'module.py': moduleCandidate(FUSED, SALT, 0),
  };
  for (const [path, content] of Object.entries(sources)) {
    const { outcome, log } = await build([{ path, content }], path);
    expect(outcome, `${path}\n${log}`).toBe('built');
  }
});
