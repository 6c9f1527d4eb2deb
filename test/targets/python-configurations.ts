/** A sound configuration of one module. */
export const GELU_MLP = `targets:
  gelu_mlp:
    module: kernels/gelu_mlp.py:GeluMLP
    init: [256, 1024]
    inputs:  { x: "f32[batch, 256]" }
    outputs: { y: "f32[batch, 256]" }
    workloads: [ { batch: 4096 } ]
    vary: { batch: [1, 7] }
    emulate: [ { batch: 8 } ]
`;

/** A sound configuration of one function. */
export const RMS_NORM = `targets:
  rms_norm:
    function: kernels/rms_norm.py:rms_norm
    inputs:  { x: "f16[rows, cols]", weight: "f16[cols]" }
    scalars: { eps: "f32 = 1e-5" }
    outputs: { y: "f16[rows, cols]" }
    workloads: [ { rows: 4096, cols: 4096 } ]
`;

/** One of them with one piece replaced; fails when the piece is not there. */
export function pythonWith(configuration: string, piece: string, replacement: string): string {
  if (!configuration.includes(piece)) throw new Error(`the configuration has no ${piece}`);
  return configuration.replace(piece, () => replacement);
}
