import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import type { z } from 'zod';
import { EnvironmentError } from '../core/errors.ts';
import type { Target } from '../core/target.ts';
import { type Harness, harnessCommand } from './harness.ts';
import { type Hello, helloSchema, type Measurement, measurementSchema, replySchema } from './judge-report.ts';

export interface MeasureRequest {
  readonly target: Target;
  /** Paths of built libraries. */
  readonly baseline: string;
  readonly candidate: string;
  readonly stage: 'screen' | 'confirm';
}

/** The judge's process: long-lived, one for each GPU, answering one question at a time. */
export interface Judge {
  hello(): Promise<Hello>;
  measure(request: MeasureRequest, onProgress?: (text: string) => void): Promise<Measurement>;
  close(): Promise<void>;
}

/** Lines of the judge's standard error that are quoted when it ends unasked. */
const KEPT_LINES = 5;
/** How long a judge may take to end before it is killed. */
const PATIENCE_MS = 10_000;

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: (text: string) => void;
}

/** Starts the judge. Everything that goes wrong with it rejects as `EnvironmentError`; a bad kernel is an answer, not an error. */
export function startJudge(harness: Harness, env: NodeJS.ProcessEnv): Judge {
  const command = harnessCommand(harness, 'judge', env);
  const child = execa(command.file, command.arguments, {
    ...command.options,
    buffer: false,
    reject: false,
  });
  // Kept here, not by execa, which would end a judge that has said more than its buffer holds.
  const lastWords: string[] = [];
  const errors = createInterface({ input: child.stderr }).on('line', (line) => {
    lastWords.push(line);
    if (lastWords.length > KEPT_LINES) lastWords.shift();
  });
  const errorsRead = once(errors, 'close');
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let ended: EnvironmentError | undefined;

  createInterface({ input: child.stdout }).on('line', (line) => {
    const reply = parseReply(line);
    if (reply === undefined) {
      lastWords.push(`It answered with something that is no answer: ${line.slice(0, 200)}`);
      child.kill();
      return;
    }
    const waiting = pending.get(reply.id);
    if (waiting === undefined) return;
    if (reply.progress !== undefined) {
      waiting.onProgress(reply.progress);
      return;
    }
    pending.delete(reply.id);
    if (reply.error !== undefined) waiting.reject(new EnvironmentError(reply.error));
    else waiting.resolve(reply.result);
  });

  const exit = child.then(async (result) => {
    await errorsRead;
    const said = lastWords.join('\n').trim();
    ended = new EnvironmentError(
      `The judge's process has ended (${result.exitCode ?? result.signal ?? result.shortMessage}).${said === '' ? '' : `\n${said}`}`,
    );
    for (const waiting of pending.values()) waiting.reject(ended);
    pending.clear();
  });

  function ask<T>(schema: z.ZodType<T>, message: object, onProgress: (text: string) => void = () => {}): Promise<T> {
    if (ended !== undefined) return Promise.reject(ended);
    lastId += 1;
    const id = lastId;
    return new Promise<unknown>((resolve, reject) => {
      pending.set(id, { resolve, reject, onProgress });
      child.stdin.write(`${JSON.stringify({ id, ...message })}\n`);
    }).then((result) => schema.parse(result));
  }

  return {
    hello: () => ask(helloSchema, { method: 'hello' }),
    measure: (request, onProgress) => ask(measurementSchema, { method: 'measure', ...request }, onProgress),
    close: async () => {
      // The end of its input ends an idle judge; one that is at work would first finish it.
      if (pending.size > 0) child.kill();
      else child.stdin.end();
      const patience = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
      await exit;
      clearTimeout(patience);
    },
  };
}

function parseReply(line: string): z.infer<typeof replySchema> | undefined {
  try {
    return replySchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
