import { expect, test } from 'vitest';
import { ConfigurationError } from '../../src/core/errors.ts';
import { parseConfiguration } from '../../src/targets/configuration.ts';
import { GELU_MLP, pythonWith } from './python-configurations.ts';
import { softmaxWith } from './softmax-configuration.ts';

const withKey = (written: string) => softmaxWith('args:', `${written}\n    args:`);
const flag = (written: string) => withKey(`flags: [-DGOOD, ${JSON.stringify(written)}]`);
const architecture = (written: string) => withKey(`architectures: [90, ${written}]`);

const MALFORMED: Record<string, string> = {
  // Sources and folders
  'sources that are text': withKey('sources: kernels/exp.cu'),
  'a source that is a mapping': withKey('sources: [{ path: kernels/exp.cu }]'),
  'a misspelt key of sources': withKey('sourcs: [kernels/exp.cu]'),
  'sources in place of a source': softmaxWith('source: kernels/softmax.cu', 'sources: [kernels/softmax.cu]'),
  'a header among the sources': withKey('sources: [kernels/exp.cuh]'),
  'an object file among the sources': withKey('sources: [kernels/exp.o]'),
  'a Python file among the sources': withKey('sources: [kernels/exp.py]'),
  'the source itself among the sources': withKey('sources: [./kernels/softmax.cu]'),
  'a source twice': withKey('sources: [kernels/exp.cu, kernels/./exp.cu]'),
  'a source outside of the repository': withKey('sources: [../exp.cu]'),
  'a source that begins like an option': withKey('sources: ["-exp.cu"]'),
  'a source by a pattern': withKey('sources: ["kernels/*.cuh"]'),
  'an absolute folder': withKey('include: [/usr/local/cutlass/include]'),
  'a folder outside of the repository': withKey('include: [../cutlass/include]'),
  'a folder with a comma': withKey('include: ["a,b"]'),
  'a folder that is a header': withKey('include: [kernels/exp.cuh]'),
  'a folder twice': withKey('include: [vendor/, vendor]'),
  'a folder as a flag': withKey('include: ["-Ivendor"]'),
  'includes in the plural': withKey('includes: [vendor]'),
  // Flags
  'flags in one line': withKey('flags: -O3 -DTILE=32'),
  'a flag that is a number': withKey('flags: [3]'),
  'several flags in one entry': flag('-O2 -DTILE=32'),
  'a flag and its value apart': flag('-Xptxas -O3'),
  'a macro with a space behind -D': flag('-D TILE'),
  'a misspelt flag': flag('--use_fastmath'),
  'a flag with its words joined otherwise': flag('--use-fast-math'),
  'another misspelt flag': flag('--expt-relaxed-constexp'),
  'a flag unlike all others': flag('--frobnicate'),
  'optimization beyond reason': flag('-O9'),
  'optimization of size': flag('-Ofast'),
  'a standard that is too old': flag('-std=c++11'),
  'a standard of C': flag('-std=c99'),
  'a switch that is neither': flag('--ftz=yes'),
  'too few registers': flag('--maxrregcount=8'),
  'registers without a number': flag('--maxrregcount'),
  'an option of ptxas that is none': flag('-Xptxas=-dlcm=xx'),
  'several options of ptxas': flag('-Xptxas=-O3,-v'),
  'a macro that is a string': flag('-DNAME="x"'),
  'a macro with a comma': flag('-DPAIR=1,2'),
  'a macro that runs a program': flag('-DX=$(id)'),
  'a macro that is no name': flag('-D2X'),
  'a macro of nvcc': flag('-D__CUDA_ARCH__=900'),
  'a macro of Kernelwright': flag('-Dkernelwright_last_error=x'),
  'the same flag twice': flag('-DGOOD'),
  'a macro with two values': flag('-DGOOD=2'),
  'two standards': withKey('flags: ["-std=c++17", "--std=c++20"]'),
  'a folder for headers': flag('-Ivendor'),
  'a folder for headers in full': flag('--include-path=vendor'),
  'a file in front': flag('-include'),
  'an architecture as a flag': flag('-arch=sm_90'),
  'code for architectures as a flag': flag('-gencode=arch=compute_90,code=sm_90'),
  'an output': flag('-o'),
  'an output in full': flag('--output-file=x.so'),
  'another host compiler': flag('--compiler-bindir=/tmp/bin'),
  'another host compiler in short': flag('-ccbin=clang'),
  'options for the host compiler': flag('-Xcompiler=-fplugin=x.so'),
  'options for the linker': flag('--linker-options=-T,script'),
  'a file of options': flag('@options'),
  'a file of options in full': flag('--options-file=options'),
  'a folder of libraries': flag('-L/opt/lib'),
  'a library of others': flag('-lfoo'),
  'a library by its path': flag('libfoo.a'),
  'a source among the flags': flag('kernels/exp.cu'),
  'separate device code': flag('-rdc=true'),
  'code to debug': flag('-G'),
  'another default stream': flag('--default-stream=per-thread'),
  'more threads for nvcc': flag('--threads=4'),
  'other warnings': flag('-Wall'),
  'fewer messages': flag('--diag-suppress=177'),
  'a flag of the host compiler': flag('-fopenmp'),
  'keeping what is between': flag('--keep'),
  'a flag without its dash': flag('O3'),
  'no flag at all': flag(''),
  // Architectures
  'architectures that are a number': withKey('architectures: 90'),
  'an architecture with its point': architecture('"8.6"'),
  'an architecture with its point as a number': architecture('8.9'),
  'an architecture with its features and its point': architecture('9.0a'),
  'an architecture and PTX': architecture('8.0+PTX'),
  'a virtual architecture': architecture('compute_80'),
  'an architecture by its name': architecture('hopper'),
  'an architecture that is native': architecture('native'),
  'an architecture that is a list': architecture('[80]'),
  'an architecture twice': architecture('sm_90'),
  'an architecture of thousands': architecture('9000'),
  // Where they do not belong
  'flags of a module': pythonWith(GELU_MLP, 'init:', 'flags: [-O3]\n    init:'),
  'sources of a module': pythonWith(GELU_MLP, 'init:', 'sources: [a.cu]\n    init:'),
};

test.each(Object.entries(MALFORMED))('%s', (_, text) => {
  expect(messageFor(text)).toMatchSnapshot();
});

/** The message with which a configuration is refused. */
function messageFor(text: string): string {
  try {
    parseConfiguration(text, 'kernelwright.yml');
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as ConfigurationError).message;
  }
  throw new Error('the configuration was taken');
}
