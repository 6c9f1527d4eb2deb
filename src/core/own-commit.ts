/** The last line of every commit that Kernelwright writes begins with it. */
export const RUN_TRAILER = 'Kernelwright-Run';

/** Every branch that Kernelwright makes begins with it. */
export const BRANCH_PREFIX = 'kernelwright/';

/**
 * Whether Kernelwright wrote a commit with this message: such a commit must never start Kernelwright again. Anybody can write the trailer;
 * all that it does is to start nothing.
 */
export function isOwnCommit(message: string): boolean {
  const last = message.replace(/\r\n?/g, '\n').trimEnd().split(/\n\n+/).at(-1) ?? '';
  return last.split('\n').some((line) => line.startsWith(`${RUN_TRAILER}: `));
}
