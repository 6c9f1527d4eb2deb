import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import type { z } from 'zod';
import { EnvironmentError } from '../core/errors.ts';
import { type Harness, harnessCommand } from './harness.ts';
import { replySchema } from './judge-report.ts';

export type Reply = z.infer<typeof replySchema>;

/** One life of the judge. */
export interface JudgeProcess {
  send(message: object): void;
  /** Ends it, at once when it is busy; resolves when it is gone and `onEnd` has been called. */
  close(busy: boolean): Promise<void>;
}

interface Listener {
  onReply(reply: Reply): void;
  /** Called once, when the process has ended for whatever reason; the error says how, with the last lines of its standard error. */
  onEnd(death: EnvironmentError): void;
}

/** Lines of the judge's standard error that are quoted when it ends unasked. */
const KEPT_LINES = 5;
/** How long a judge may take to end before it is killed. */
const PATIENCE_MS = 10_000;

/** Starts the judge's process; that it cannot be started is an end like any other. */
export function startJudgeProcess(harness: Harness, env: NodeJS.ProcessEnv, listener: Listener): JudgeProcess {
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

  const answers = createInterface({ input: child.stdout }).on('line', (line) => {
    const reply = parseReply(line);
    if (reply !== undefined) {
      listener.onReply(reply);
      return;
    }
    lastWords.push(`It answered with something that is no answer: ${line.slice(0, 200)}`);
    child.kill();
  });
  const answersRead = once(answers, 'close');

  const exit = child.then(async (result) => {
    await Promise.all([errorsRead, answersRead]);
    const said = lastWords.join('\n').trim();
    const how = result.exitCode ?? result.signal ?? result.shortMessage;
    listener.onEnd(new EnvironmentError(`The judge's process has ended (${how}).${said === '' ? '' : `\n${said}`}`));
  });

  return {
    send: (message) => {
      child.stdin.write(`${JSON.stringify(message)}\n`);
    },
    close: async (busy) => {
      // The end of its input ends an idle judge; one that is at work would first finish it.
      if (busy) child.kill();
      else child.stdin.end();
      const patience = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
      await exit;
      clearTimeout(patience);
    },
  };
}

function parseReply(line: string): Reply | undefined {
  try {
    return replySchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
