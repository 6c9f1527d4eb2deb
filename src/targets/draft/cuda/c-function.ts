import type { Formula } from '../../formula.ts';

/** A function of a CUDA source: what can be seen of it without compiling. */
export interface CFunction {
  readonly name: string;
  /** With the namespaces that it stands in: `ops::softmax`. */
  readonly qualifiedName: string;
  readonly path: string;
  readonly line: number;
  readonly returns: string;
  readonly isKernel: boolean;
  readonly isExternC: boolean;
  /** Of a template; undefined for a plain function. */
  readonly template: readonly TemplateParameter[] | undefined;
  readonly parameters: readonly CParameter[];
  /** From its type to its parameters, as written. */
  readonly declaration: string;
  readonly body: Body;
}

export interface TemplateParameter {
  readonly name: string;
  /** Of a type, or a number. */
  readonly kind: 'type' | 'value';
}

export interface CParameter {
  readonly name: string;
  /** Without the pointer and `const`: `float`, `unsigned int`. */
  readonly type: string;
  /** 0 for what is passed by value. Arrays count as pointers, and references and functions as what nobody can pass: 9. */
  readonly pointers: number;
  readonly isConst: boolean;
}

/** What a function does, as far as a draft asks. */
export interface Body {
  /** What local variables begin with. `vector` tells that it is of `float4` or the like. */
  readonly definitions: ReadonlyMap<string, { readonly value: Formula; readonly vector: boolean }>;
  /** `dim3` variables: what they are made of. */
  readonly dim3s: ReadonlyMap<string, readonly Formula[]>;
  /** `left < bound`, and what comes to the same. */
  readonly bounds: readonly { readonly left: Formula; readonly bound: Formula }[];
  /** `p += formula`. */
  readonly advanced: ReadonlyMap<string, Formula>;
  readonly accesses: readonly Access[];
  readonly launches: readonly LaunchCall[];
  readonly calls: readonly Call[];
}

/** `array[index]`, in the order of the text. */
export interface Access {
  readonly array: string;
  readonly index: Formula;
  /** `update` reads and writes: `+=`, `atomicAdd`. */
  readonly how: 'read' | 'write' | 'update';
  /** Whether it is of several elements at once, through a cast. */
  readonly vector: boolean;
  readonly line: number;
}

interface Call {
  readonly callee: string;
  readonly args: readonly Formula[];
}

/** `kernel<float, 4><<<grid, block, shared>>>(…)`. */
export interface LaunchCall extends Call {
  /** What stands in the angle brackets of a template, as written. */
  readonly template: readonly string[];
  readonly grid: readonly Formula[];
  readonly block: readonly Formula[];
  readonly shared: Formula;
  readonly line: number;
}

/** One file's functions, and the integers that it gives names to. */
export interface CSource {
  readonly path: string;
  readonly functions: readonly CFunction[];
  /** `constexpr int kThreads = 256;`, `#define TILE 32`. */
  readonly constants: ReadonlyMap<string, number>;
}
