import { relative } from 'node:path';
import { startVitest, type TestCase, type TestModule } from 'vitest/node';
import { judged, type Result, type Suite } from './suite.ts';

/** The TypeScript tests, with vitest's own progress. */
export function vitest(root: string): Suite {
  return {
    name: 'vitest',
    async run() {
      const run = await startVitest('test', [], { root, run: true, watch: false, reporters: ['default'] });
      const modules = run.state.getTestModules();
      const stray = run.state.getUnhandledErrors().length;
      await run.close();
      return judged('vitest', stray === 0, count(root, modules));
    },
  };
}

function count(root: string, modules: readonly TestModule[]): Omit<Result, 'problems'> {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const inState = (state: string) => tests.filter((test) => test.result().state === state);
  // A file that could not be loaded, or whose set-up threw, holds no failed test that would be counted.
  const broken = modules.filter((module) => !module.ok() && inState('failed').every((test) => test.module !== module));
  return {
    passed: inState('passed').length,
    failed: inState('failed').length + broken.length,
    skipped: inState('skipped').map((test) => ({
      test: `${relative(root, test.module.moduleId)} > ${test.fullName}`,
      reason: reasonOf(test),
    })),
  };
}

function reasonOf(test: TestCase): string {
  const result = test.result();
  return (result.state === 'skipped' && result.note) || 'no reason given';
}
