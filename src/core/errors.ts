/**
 * Failures, named after who must act. Each message is one sentence or two: what, where, what to do.
 * Anything that is none of these is a bug in Kernelwright and keeps its stack.
 */
export abstract class UserError extends Error {
  /** Exit status of the command line, as documented in `kernelwright --help`. */
  abstract readonly exitCode: number;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A maintainer must change an input, a flag or the configuration file. */
export class ConfigurationError extends UserError {
  readonly exitCode = 2;
  /** The message without the name of the target that it is about, for where that stands beside it. */
  readonly problem: string;

  /** @param options `target`: name of the target that it is about; the message begins with it */
  constructor(problem: string, options: ErrorOptions & { readonly target?: string } = {}) {
    super(options.target === undefined ? problem : `${options.target}: ${problem}`, options);
    this.problem = problem;
  }
}

/** A token lacks a right, or a person does. */
export class PermissionError extends UserError {
  readonly exitCode = 3;
}

/** The machine, the network, a missing compiler or key: whoever runs the runner must act. */
export class EnvironmentError extends UserError {
  readonly exitCode = 3;
}

/** What `work` gives, or the mistake that it ends with: for where one thing that cannot be read is no reason to leave out the others. */
export async function orMistake<T>(work: Promise<T>): Promise<T | ConfigurationError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
}

/** The text of whatever was thrown, for a message that wraps it. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
