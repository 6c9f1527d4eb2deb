import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../src/core/errors.ts';
import { examine, type Finding, requireHealthy } from '../../src/measure/doctor.ts';
import { fakeHarness } from './fake-harness.ts';

const ENV = { PATH: process.env.PATH };
const OK: Finding = { name: 'python', status: 'ok', detail: '3.12.3' };
const OPTIONAL: Finding = { name: 'gpu', status: 'optional', detail: 'none' };

describe('examine', () => {
  it('gives the findings', async () => {
    const findings = [OK, OPTIONAL];
    const harness = fakeHarness(`import json\nprint(json.dumps(${JSON.stringify(findings)}))`);
    expect(await examine(harness, ENV)).toEqual(findings);
  });

  it('quotes the last line when the program fails', async () => {
    const harness = fakeHarness('raise SystemExit("first\\nthe reason")');
    await expect(examine(harness, ENV)).rejects.toThrow(EnvironmentError);
    await expect(examine(harness, ENV)).rejects.toThrow(/could not be started with python3: the reason$/);
  });

  it('says so when there is no such Python', async () => {
    const harness = { ...fakeHarness(''), python: '/nowhere/python' };
    await expect(examine(harness, ENV)).rejects.toThrow(/could not be started with \/nowhere\/python: .+/);
  });
});

describe('requireHealthy', () => {
  it('is content with what is there or not needed', () => {
    expect(() => requireHealthy([OK, OPTIONAL])).not.toThrow();
  });

  it('names all that is missing in one error', () => {
    const missing: Finding[] = [
      { name: 'nvcc', status: 'missing', detail: 'install the CUDA toolkit' },
      { name: 'sandbox', status: 'missing', detail: 'install bubblewrap' },
    ];
    expect(() => requireHealthy([OK, ...missing])).toThrow(
      new EnvironmentError('nvcc: install the CUDA toolkit\nsandbox: install bubblewrap'),
    );
  });
});
