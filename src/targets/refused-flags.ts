/** Flags of nvcc that people know and that no target may have, with what to do instead, to follow the flag. */
export const REFUSED_FLAGS: readonly { readonly form: RegExp; readonly problem: string }[] = [
  {
    form: /^(-I|--include-path|-isystem|--system-include|-iquote|-idirafter)/,
    problem: 'names a folder for headers; name it under "include" of the target',
  },
  {
    form: /^(-include|--pre-include)/,
    problem: 'would put a file before the source; write an #include into the source',
  },
  {
    form: /^(--?arch\b|--gpu-architecture|-gencode|--generate-code|-code\b|--gpu-code|-march\b|-mtune\b)/,
    problem: 'names an architecture; list those that it must compile for under "architectures", such as [80, "90a"]',
  },
  {
    form: /^(-L|--library-path|--library\b|-rpath|--cudart|-cudart)/,
    problem: 'is about libraries; only those of CUDA can be linked, by flags such as "-lcublas"',
  },
  {
    form: /^(-X(?!ptxas)\w|--(compiler|linker|archive|nvlink|cudafe)-options|-Wl,|-Wa,|-Wp,)/,
    problem: 'hands options to another program, which could read, write or run anything by them; leave it out',
  },
  {
    form: /^(--?ccbin|--compiler-bindir|-B|-fplugin|--use-local-env|--nvvm|-nvvm|--dont-use-profile|-noprof|--libdevice|-ldir|--input-drive|--dependency-drive)/,
    problem: 'chooses the programs that compile, which the runner does; leave it out',
  },
  {
    form: /^(@|-optf|--options-file|--?append-options)/,
    problem: 'would take flags from a file; write them here, one in each entry',
  },
  {
    form: /^(-o\b|-odir|--output|-c$|--compile$|-dc$|-dw$|-dlink$|--device-(c|w|link)$|--?(ptx|cubin|fatbin|optix-ir|lib|link|shared|cuda|run|dryrun|keep|clean|time|save-temps|preprocess)\b|-E$|-S$|-M|-x\b|--x\b|--keep-dir|-keep-dir|--objdir)/,
    problem: 'says what is made and where, which Kernelwright does; leave it out',
  },
  {
    form: /^(--?rdc\b|--relocatable-device-code|--?dlto\b|--dlink-time-opt|-lto\b)/,
    problem: 'links device code across sources, which is not done here; put what sources share into a header',
  },
  {
    form: /^(-g\d?$|-G$|--debug|--device-debug|-pg$|--profile$|-fsanitize|--compress-mode)/,
    problem: 'makes other code than what ships; leave it out (the checks bring sanitizers of their own)',
  },
  {
    form: /^--?default-stream/,
    problem:
      'is about the default stream, on which nothing may run: all work goes to the stream that is passed; leave it out',
  },
  {
    form: /^(-t\d*$|--?threads|--?split-compile|-j\d*$|-pipe$)/,
    problem: 'changes nothing in the code that is made; leave it out',
  },
  {
    form: /^(-W|-w$|--?Werror|--?diag|--display-error|--?disable-warnings|--?res(ource)?-usage|-v$|--verbose|--source-in-ptx|-src-in-ptx)/,
    problem: 'changes only what the compiler says; leave it out',
  },
  {
    form: /\.(cu|cpp|cc|cxx|c)$/,
    problem: 'is a file; name it under "sources" of the target',
  },
  {
    form: /\.(o|a|so|ptx|cubin|fatbin)(\.\d+)*$/,
    problem: 'is built already; only sources are compiled and linked here',
  },
  { form: /^(?!-)/, problem: 'is no flag, which begins with "-"; remove it' },
  { form: /^(-f|-m)/, problem: 'is a flag of the host compiler, which none is handed on to; leave it out' },
];
