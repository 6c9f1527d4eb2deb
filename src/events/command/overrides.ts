import type { InputName } from '../inputs.ts';
import type { CommandOptions } from './command.ts';

/** What a command says in place of inputs, by their names and as their text. */
export function overridesOf(options: CommandOptions): Readonly<Partial<Record<InputName, string>>> {
  const { effort, turns, trajectories, budgetUsd, model, deliver } = options;
  const said = { effort, turns, trajectories, 'budget-usd': budgetUsd, model, deliver };
  return Object.fromEntries(
    Object.entries(said).flatMap(([name, value]) => (value === undefined ? [] : [[name, `${value}`]])),
  );
}
