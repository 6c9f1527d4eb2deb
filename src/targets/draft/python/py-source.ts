import type { Json } from '../../../core/target.ts';

/** What can be seen of a Python file without running it. Expressions are text, as written. */
export interface PySource {
  readonly path: string;
  readonly classes: readonly PyClass[];
  /** At the top level. */
  readonly functions: readonly PyFunction[];
  /** Names of functions that Triton compiles. */
  readonly tritonKernels: readonly string[];
}

export interface PyClass {
  readonly name: string;
  readonly line: number;
  readonly isModule: boolean;
  readonly constructs: PyFunction | undefined;
  readonly forward: PyFunction | undefined;
}

export interface PyFunction {
  readonly name: string;
  readonly line: number;
  /** Without `self`. */
  readonly parameters: readonly PyParameter[];
  /** Its first line, or lines, up to the colon. */
  readonly declaration: string;
  readonly text: string;
  /** In their order: `a, b = x.shape` has two targets. */
  readonly assignments: readonly { readonly targets: readonly string[]; readonly value: string }[];
  /** What the last `return` of its own gives: several of a tuple. */
  readonly returns: readonly string[];
  /** What is called as `kernel[grid](…)`. */
  readonly launched: readonly string[];
}

export interface PyParameter {
  readonly name: string;
  readonly annotation: string | undefined;
  readonly default: PyDefault | undefined;
  /** `positional` may be passed by position; `keyword` only by name; `rest` is `*args` or `**kwargs`. */
  readonly kind: 'positional' | 'keyword' | 'rest';
}

/** `value` is undefined for what JSON does not have. */
export interface PyDefault {
  readonly text: string;
  readonly value: Json | undefined;
}
