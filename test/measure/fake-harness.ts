import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Harness } from '../../src/measure/harness.ts';

/** A harness whose whole Python side is the program given here; it is gone after the test. */
export function fakeHarness(program: string): Harness {
  const packageRoot = temporaryFolder();
  mkdirSync(join(packageRoot, 'kernelwright_harness'));
  writeFileSync(join(packageRoot, 'kernelwright_harness', '__main__.py'), program);
  return { python: 'python3', packageRoot, device: 'emulated', sandbox: 'on' };
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kernelwright-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
