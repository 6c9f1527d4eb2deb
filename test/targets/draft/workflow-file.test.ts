import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { workflowFile } from '../../../src/targets/draft/workflow-file.ts';
import { read } from '../../repository/project.ts';

const USUAL = '.github/kernelwright.yml';

describe('the workflow that init writes', () => {
  it('is the one that the README shows', () => {
    const [, shown] = /```yaml\n(name: Kernelwright\n.*?)```/s.exec(read('README.md')) ?? [];
    expect(parse(workflowFile(USUAL, USUAL))).toEqual(parse(shown ?? ''));
  });

  it('names a configuration that is kept elsewhere', () => {
    const [, , step] = [undefined, ...parse(workflowFile('ci/kw.yml', USUAL)).jobs.optimize.steps];
    expect(step.with).toMatchObject({ config: 'ci/kw.yml' });
  });
});
