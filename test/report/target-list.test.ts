import { expect, it } from 'vitest';
import { renderTargetList, renderTargetListJson, type TargetList } from '../../src/report/target-list.ts';
import { parseConfiguration } from '../../src/targets/configuration.ts';
import { SOFTMAX } from '../targets/softmax-configuration.ts';

const NOTHING: TargetList = { selected: [], leftOut: [], unnamed: [] };

it('says that there is nothing', () => {
  expect(renderTargetList(NOTHING, { color: false })).toBe('Nothing would be optimized.');
  expect(JSON.parse(renderTargetListJson(NOTHING))).toEqual({ targets: [], left_out: [] });
});

it('counts one target', () => {
  const [target] = parseConfiguration(SOFTMAX, 'kernelwright.yml').targets;
  if (target === undefined) throw new Error('the sample has a target');
  const list = { ...NOTHING, selected: [{ target, because: 'it changed' }] };
  expect(renderTargetList(list, { color: false })).toBe('1 target would be optimized:\n  softmax  it changed');
});

it('lets no path write to the terminal or to the log of a workflow', () => {
  const path = '\u001b[31mred\n::error::a.cu';
  const text = renderTargetList({ ...NOTHING, unnamed: [{ path, because: '::warning::x' }] }, { color: false });
  expect(text).toBe('Nothing would be optimized.\n\nLeft out:\n  red ::error::a.cu  : :warning::x');
});
