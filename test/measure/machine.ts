import type { Build, Builder } from '../../src/measure/build.ts';
import type { Describer, Description } from '../../src/measure/describe.ts';
import type { Judge, MeasureRequest } from '../../src/measure/judge.ts';
import type { Measurement } from '../../src/measure/judge-report.ts';
import type { ProjectTester, ProjectTests } from '../../src/measure/project-tests.ts';
import { type Bench, prepareVerifier } from '../../src/measure/verifier.ts';
import { HELLO, PARAMETERS, TARGET } from './samples.ts';

/** A machine that gives prepared answers: builds by content, measurements in turn, a project's tests by what was built. */
export function machine(
  measurements: (Measurement | Error)[],
  builds: Record<string, Build> = {},
  description: Description = { outcome: 'described', parameters: PARAMETERS, seconds: 1 },
  tests: Readonly<Record<string, ProjectTests>> = {},
) {
  const built: string[] = [];
  const requests: MeasureRequest[] = [];
  const build: Builder = async (files) => {
    const content = files[0]?.content ?? '';
    built.push(content);
    return (
      builds[content] ?? {
        outcome: 'built',
        library: `/built/${built.length}.so`,
        log: 'ptxas info',
        seconds: 0.9,
        cached: false,
      }
    );
  };
  const judge: Judge = {
    hello: async () => HELLO,
    check: async () => undefined,
    measure: async (request, onProgress) => {
      requests.push(request);
      onProgress?.('checking');
      const answer = measurements.shift();
      if (answer === undefined) throw new Error('one measurement too many');
      if (answer instanceof Error) throw answer;
      return answer;
    },
    close: async () => {},
  };
  const described: string[] = [];
  const describe: Describer = async ({ entry }, files) => {
    described.push(`${entry} in ${files.map(({ path }) => path)} after ${requests.length} measurements`);
    return description;
  };
  const progress: string[] = [];
  const testProject: ProjectTester = async (_target, _files, built) => {
    const answer = tests[built];
    if (answer === undefined) throw new Error(`no tests were expected of ${built}`);
    return answer;
  };
  const bench = {
    judge,
    build,
    describe,
    testProject,
    hello: HELLO,
    onProgress: (text: string) => progress.push(text),
  };
  const prepare = (target = TARGET, changes: Partial<Bench> = {}) =>
    prepareVerifier({ ...bench, ...changes }, target, [{ path: target.source, content: '// baseline\n' }]);
  return { bench, built, described, requests, progress, prepare };
}
