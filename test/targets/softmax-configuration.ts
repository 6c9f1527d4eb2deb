/** A sound configuration of one target. */
export const SOFTMAX = `targets:
  softmax:
    source: kernels/softmax.cu
    entry: softmax_forward
    args: [x, y, rows, cols, stream]
    inputs:  { x: "f32[rows, cols]" }
    outputs: { y: "f32[rows, cols]" }
    workloads:
      - { rows: 4096, cols: 4096 }
      - { rows: 512, cols: 32000 }
    vary: { rows: [1, 7], cols: [1, 31, 4097] }
    emulate: [ { rows: 33, cols: 257 } ]
    reference: "torch.softmax(x, dim=-1)"
`;

/** The same with one piece replaced; fails when the piece is not there. */
export function softmaxWith(piece: string, replacement: string): string {
  if (!SOFTMAX.includes(piece)) throw new Error(`the configuration has no ${piece}`);
  return SOFTMAX.replace(piece, () => replacement);
}
