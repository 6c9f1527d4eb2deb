import type { Device } from '../core/evidence.ts';
import type { Target } from '../core/target.ts';
import { INLINE_CUDA } from './inline-cuda.ts';

/** What a model writes for targets of a kind, and what it must keep to. */
interface Discipline {
  /** Whom the model is told to be, and what it does. */
  readonly expert: string;
  /** What happens to an answer before it is checked. */
  readonly made: 'compiled' | 'loaded';
  readonly rules: (device: Device, target: Pick<Target, 'backward' | 'convention'>) => readonly string[];
  /** Code that an answer may use, under a title; undefined where there is none. */
  readonly material?: (device: Device) => { readonly title: string; readonly text: string } | undefined;
  /** The first lines of a file, in the example of an answer. */
  readonly example: readonly string[];
}

const DATA_RULES = [
  '- Give right results for any input values, the special ones too, and for every declared shape: the workloads, and the odd, tiny and ragged shapes.',
  '- No undefined behaviour: no read or write out of bounds, no race, no misaligned access, no divergent barrier, no use of uninitialised memory.',
];
/** Numbers are cheap to try by measuring and costly to guess by thinking. */
function tuning({ kind }: Device, form: string): readonly string[] {
  if (kind === 'emulated') return [];
  return [
    `- Leave numbers that only a measurement can choose to the tuner: name them, and the values worth trying, in one comment such as \`${form}\`. All combinations that make sense, 64 at most, are built and measured without another answer of yours; the best one's numbers are written into the file, and the comment is taken out. The version must be right with each of them, and stand there with the numbers that you think best.`,
  ];
}

const CONDUCT = 'no environment variables, no attempt to see or change how the result is judged.';

const LAUNCHER_RULES = [
  '- Keep the entry\'s name, its extern "C" linkage and its parameters exactly.',
  '- Put all work on the stream that is passed, and only there. Return without waiting: no synchronisation of any kind inside the launcher.',
];
const KERNEL_RULES = [
  "- Keep the kernel's name and its parameters exactly. It is launched by code that you do not see, with the grid, the block and the dynamic shared memory that stand beside it: make it right for exactly that launch, and launch nothing yourself.",
];

const LAUNCHER = cuda(LAUNCHER_RULES);
const KERNEL = cuda(KERNEL_RULES);

function cuda(ofKind: readonly string[]): Discipline {
  return {
    expert:
      'You are an expert in CUDA performance. You rewrite a kernel so that it runs faster and still gives the right result.',
    made: 'compiled',
    rules: (device) => [
      ...ofKind,
      '- Write every element of every output in every call. Leave the inputs as they are. Keep no results or other state from one call to the next; each call gets other data.',
      ...DATA_RULES,
      '- Plain CUDA C++: include no PyTorch headers (torch/, ATen/, c10/), no files that are not shown, no libraries such as cuBLAS.',
      `- No file access, no threads, ${CONDUCT}`,
      ...tuning(
        device,
        '// kernelwright: tune BLOCK=64,128,256 VEC=1,2,4` for `constexpr int BLOCK = 128;`, `#define VEC 2` or a default of a template parameter: `template <int BLOCK = 128>',
      ),
      ...(device.kind === 'emulated'
        ? ['- The CPU emulator runs no inline PTX, no tensor cores (wmma, mma), no CUB and no Thrust: do without them.']
        : []),
    ],
    example: ['```cuda path=kernels/example.cu', '#include <cuda_runtime.h>'],
  };
}

const PYTHON: Discipline = {
  expert:
    'You are an expert in the performance of PyTorch, Triton and CUDA. You rewrite a PyTorch module or function so that it runs faster and still gives the right result.',
  made: 'loaded',
  rules: (device, { backward, convention }) => [
    "- Keep the name of the class or function and what it is called with. Return what the present source returns: one tensor, or a tuple of them, with exactly the declared shapes and dtypes, on the inputs' device.",
    '- A class stays a torch.nn.Module with the same constructor, and its state_dict keeps exactly its names, shapes and dtypes: random values for all of it are loaded by load_state_dict(…, strict=True), moved to the device, and changed between calls in place, so derive nothing from parameters ahead of the call. It runs in eval mode.',
    backward
      ? '- A call is the forward pass and the backward pass: torch.autograd.grad of all floating outputs, with random gradients of them, with respect to every floating input and every parameter. Both passes are timed together, and all those gradients are checked. What your forward pass does outside of autograd needs a torch.autograd.Function with its own backward.'
      : '- It is called without gradients: no backward pass is needed.',
    ...(convention === 'kernelbench'
      ? ['- The functions get_inputs and get_init_inputs belong to the file: keep them as they are.']
      : []),
    "- Put all work on PyTorch's current stream, and only there. Return without waiting: no synchronisation of any kind, no .item(), no copy to the CPU.",
    '- Do all of the work in the call and return plain tensors that hold the results: no subclass, no lazy or unfinished result. Leave the inputs and the state as they are. Keep no results or other state from one call to the next; each call gets other data.',
    "- Keep the precision: no autocast, no smaller dtype and no TF32 where the present source has none, and no change of PyTorch's global settings.",
    ...DATA_RULES,
    device.kind === 'cuda'
      ? '- PyTorch, Triton where it is installed, the Python standard library and the modules that are shown; no other packages, no other files. For CUDA C++, put the loader below into the file, as it is, and compile when the file is imported; no PyTorch headers, which take far too long.'
      : '- PyTorch, the Python standard library and the modules that are shown; no other packages, no other files. It is checked on CPU tensors here, so CUDA cannot run, and Triton only where its interpreter is installed.',
    '- The file is used where Kernelwright is not installed: import nothing of it, such as kernelwright_harness. What your version needs beyond the above stands in the file itself.',
    `- No threads, no network, ${CONDUCT}`,
    ...tuning(
      device,
      '# kernelwright: tune BLOCK=256,512,1024 num_warps=4,8` for `BLOCK = 512` or for what a Triton kernel is called with: `kernel[grid](x, BLOCK=512, num_warps=4)',
    ),
  ],
  material: (device) =>
    device.kind === 'cuda'
      ? {
          title: 'A loader of CUDA C++ for your file',
          text: `\`\`\`python\n${INLINE_CUDA}\`\`\`\n\nA launcher is \`extern "C" void f(const float* x, float* y, int n, cudaStream_t stream)\`, and is called by \`launch(library.f, x, y, x.numel())\`. Tensors are passed by their address: contiguous, of the type that the launcher has.`,
        }
      : undefined,
  example: ['```python path=kernels/example.py', 'import torch'],
};

/** CUDA sources behind a binding that stays as it is. */
const EXTENSION: Discipline = {
  expert:
    'You are an expert in CUDA performance and in PyTorch extensions. You rewrite the CUDA sources of an extension so that it runs faster and still gives the right result.',
  made: 'compiled',
  rules: (device) => [
    '- The binding, the Python files, the tests and build.toml stay as they are: keep the names, the parameters and the linkage of all functions that they or other sources use.',
    "- Put all work on PyTorch's current stream (at::cuda::getCurrentCUDAStream()), and only there. Return without waiting: no synchronisation of any kind, no .item(), no copy to the CPU.",
    '- Check your arguments as the present source does: tests may pass what must be refused. Leave the inputs as they are. Keep no results or other state from one call to the next; each call gets other data.',
    "- Give right results for what the workloads do not have too, as far as the present source does: the project's own tests must still pass.",
    ...DATA_RULES,
    "- CUDA C++ with PyTorch's headers as the present source uses them; no files that are not shown, no other libraries. Include no more of PyTorch's headers than you need, which take long to compile.",
    `- No file access, no threads, ${CONDUCT}`,
    ...(device.kind === 'emulated'
      ? [
          '- The CPU emulator runs no inline PTX, no tensor cores (wmma, mma), no CUB and no Thrust, and knows of ATen/cuda and c10/cuda only CUDAContext.h, CUDAGuard.h, CUDAStream.h, CUDAException.h and CUDAFunctions.h.',
        ]
      : []),
  ],
  example: ['```cuda path=example_cuda/example.cu', '#include <ATen/cuda/CUDAContext.h>'],
};

export function disciplineOf({ kind, project }: Pick<Target, 'kind' | 'project'>): Discipline {
  if (project !== undefined && project.sources.length > 0) return EXTENSION;
  if (kind === 'launcher') return LAUNCHER;
  return kind === 'kernel' ? KERNEL : PYTHON;
}
