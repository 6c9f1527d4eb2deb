import { expect, it } from 'vitest';
import { ConfigurationError, EnvironmentError } from '../../src/core/errors.ts';
import { groupOf, parsePlan, renderPlan, requirePlanned } from '../../src/jobs/plan-file.ts';
import { TARGET } from '../refine/samples.ts';
import { OTHER, PLAN, PLAN_HASH, PLAN_TEXT } from './samples.ts';

it('a plan comes through as it was written', () => {
  expect(PLAN).toMatchObject({ pullRequest: 7, overrides: { effort: 'high' }, groups: [['scale'], ['other']] });
  expect(PLAN.targets.map(({ target }) => target)).toEqual([TARGET, OTHER]);
  expect(parsePlan(PLAN_TEXT, 'plan.json', PLAN_HASH, 'ACME/Kernels')).toEqual(PLAN);
});

it('a plan that was changed on its way is refused, whatever it says', () => {
  const changed = PLAN_TEXT.replace('"pullRequest":7', '"pullRequest":8');
  expect(() => parsePlan(changed, 'plan.json', PLAN_HASH, 'acme/kernels')).toThrow(ConfigurationError);
  expect(() => parsePlan(changed, 'plan.json', PLAN_HASH, 'acme/kernels')).toThrow(
    /^plan\.json is not what the job with "mode: plan" wrote: .*plan-hash as the input "plan-hash"\.$/,
  );
  expect(() => parsePlan(PLAN_TEXT, 'plan.json', '', 'acme/kernels')).toThrow('and not ""');
});

it('a plan for another repository is refused', () => {
  expect(() => parsePlan(PLAN_TEXT, 'plan.json', PLAN_HASH, 'evil/kernels')).toThrow(
    'plan.json is a plan for acme/kernels, and this job runs in evil/kernels.',
  );
});

it('a plan of another version is refused with a sentence', async () => {
  const { createHash } = await import('node:crypto');
  for (const text of ['{"kind":"plan","schema":1}', 'no JSON', '[]']) {
    const hash = createHash('sha256').update(text).digest('hex');
    expect(() => parsePlan(text, 'plan.json', hash, 'acme/kernels')).toThrow(EnvironmentError);
  }
});

it('a plan tells of the targets that could not be read, and of nothing else there', () => {
  expect(PLAN.leftOut).toEqual([{ name: 'third', because: 'kernels/third.cu is not UTF-8 text; save it as UTF-8' }]);
  const { kind, schema, ...plan } = PLAN;
  for (const leftOut of [
    undefined,
    [{ name: 'third' }],
    [{ name: 'third', because: 1 }],
    [{ ...PLAN.leftOut[0], html: '' }],
  ]) {
    const { text, hash } = renderPlan({ ...plan, leftOut } as unknown as Parameters<typeof renderPlan>[0]);
    expect(() => parsePlan(text, 'plan.json', hash, 'acme/kernels')).toThrow(/is no plan .* \(leftOut/);
  }
});

it('a group is asked for by its number', () => {
  expect(groupOf(PLAN, '1').map(({ target }) => target.name)).toEqual(['other']);
  for (const group of ['2', '-1', '', 'other', '0x1', '1e0']) {
    expect(() => groupOf(PLAN, group)).toThrow(/^The plan has groups 0 to 1, and the input "group" is /);
  }
});

it('files that are not those of the plan are refused', () => {
  const files = [{ path: TARGET.source, content: '// baseline\n' }];
  expect(() => requirePlanned(files, PLAN.targets[0]?.baseline ?? '', 'scale')).not.toThrow();
  expect(() => requirePlanned([], PLAN.targets[0]?.baseline ?? '', 'scale')).toThrow(
    /^scale: its files at the planned/,
  );
});
