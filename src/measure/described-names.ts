import { type Argument, isTensor, type Workload } from '../core/target.ts';

/* Names for what a description finds. */

/** A call by the shapes of its tensors and by its numbers: `x[16, 1024], dim=1`. */
export function callText(passed: readonly Argument[], values: Workload['values']): string {
  const parts = passed.flatMap((each) => {
    if (isTensor(each)) return [`${each.name}[${each.shape.map((extent) => values[extent] ?? extent).join(', ')}]`];
    return each.kind === 'scalar' ? [`${each.name}=${values[each.name]}`] : [];
  });
  return parts.join(', ');
}

/** The name itself, or with as many `_` behind it as it takes to be none that is taken. */
export function freeName(wanted: string, taken: ReadonlySet<string>): string {
  return taken.has(wanted) ? freeName(`${wanted}_`, taken) : wanted;
}
