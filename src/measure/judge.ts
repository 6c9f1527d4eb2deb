import type { z } from 'zod';
import { EnvironmentError } from '../core/errors.ts';
import type { Mode } from '../core/mode-column.ts';
import type { Target } from '../core/target.ts';
import type { Harness } from './harness.ts';
import { type JudgeProcess, type Reply, startJudgeProcess } from './judge-process.ts';
import { checkedSchema, type Hello, helloSchema, type Measurement, measurementSchema } from './judge-report.ts';

export interface MeasureRequest {
  readonly target: Target;
  /** Paths of built libraries. */
  readonly baseline: string;
  readonly candidate: string;
  /** `alone`: the baseline against itself. */
  readonly stage: 'alone' | 'screen' | 'confirm';
  /** Counters that a screening asks the profiler for, by ncu's names. */
  readonly metrics?: readonly string[];
  /** How the candidate of a module or function is run; as its file has it when absent. */
  readonly candidate_as?: Mode;
}

/** The judge's process: long-lived, one for each GPU, answering one question at a time. */
export interface Judge {
  hello(onProgress?: (text: string) => void): Promise<Hello>;
  /** What is wrong with the target's `reference` that shows before anything is built; undefined where nothing is. */
  check(target: Target): Promise<string | undefined>;
  measure(request: MeasureRequest, onProgress?: (text: string) => void): Promise<Measurement>;
  close(): Promise<void>;
}

/** How often a judge that dies is started anew for the same question. */
const RESTARTS = 2;

interface Question {
  readonly message: object;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: (text: string) => void;
  /** Judges that have died over it. */
  deaths: number;
}

/**
 * Starts the judge, and starts it anew when it dies: open questions are asked again, each at most twice. Everything that goes wrong
 * with it rejects as `EnvironmentError`; a bad kernel is an answer, not an error.
 */
export function startJudge(harness: Harness, env: NodeJS.ProcessEnv): Judge {
  const open = new Map<number, Question>();
  let lastId = 0;
  let closed: EnvironmentError | undefined;
  let running: JudgeProcess | undefined = start();

  function start(): JudgeProcess {
    return startJudgeProcess(harness, env, { onReply: settle, onEnd: restart });
  }

  function settle(reply: Reply): void {
    const question = open.get(reply.id);
    if (question === undefined) return;
    if (reply.progress !== undefined) {
      question.onProgress(reply.progress);
      return;
    }
    open.delete(reply.id);
    if (reply.error !== undefined) question.reject(new EnvironmentError(reply.error));
    else question.resolve(reply.result);
  }

  /** What was being asked is asked again; with no question open, the next one starts the next judge. */
  function restart(death: EnvironmentError): void {
    running = undefined;
    for (const [id, question] of open) {
      question.deaths += 1;
      if (closed === undefined && question.deaths <= RESTARTS) continue;
      open.delete(id);
      question.reject(closed === undefined ? givenUp(death, question.deaths) : death);
    }
    if (open.size === 0) return;
    running = start();
    for (const [id, question] of open) {
      question.onProgress('the judge has ended unexpectedly and was started again');
      running.send({ id, ...question.message });
    }
  }

  function ask<T>(schema: z.ZodType<T>, message: object, onProgress: (text: string) => void = () => {}): Promise<T> {
    if (closed !== undefined) return Promise.reject(closed);
    lastId += 1;
    const id = lastId;
    return new Promise<unknown>((resolve, reject) => {
      open.set(id, { message, resolve, reject, onProgress, deaths: 0 });
      running ??= start();
      running.send({ id, ...message });
    }).then((result) => schema.parse(result));
  }

  return {
    hello: (onProgress) => ask(helloSchema, { method: 'hello' }, onProgress),
    check: async (target) => (await ask(checkedSchema, { method: 'check', target })).problem ?? undefined,
    measure: (request, onProgress) => ask(measurementSchema, { method: 'measure', ...request }, onProgress),
    close: async () => {
      closed ??= new EnvironmentError("The judge's process has ended: it was closed.");
      await running?.close(open.size > 0);
    },
  };
}

function givenUp(death: EnvironmentError, deaths: number): EnvironmentError {
  return new EnvironmentError(`${death.message}\nIt was started ${deaths} times for this and ended each time.`);
}
