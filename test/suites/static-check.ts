import { execa } from 'execa';
import { failed, PASSED, type Suite } from './suite.ts';

/** A tool that says by its exit status whether all is well; counts as one test. Its output is shown only when it fails. */
export function staticCheck(root: string, name: string, command: readonly string[]): Suite {
  return {
    name,
    async run() {
      const [file, ...rest] = command;
      if (file === undefined) throw new Error(`The check ${name} has no command.`);
      const { exitCode, all } = await execa(file, rest, { cwd: root, all: true, reject: false, preferLocal: true });
      if (exitCode === 0) return PASSED;
      console.log(all);
      return failed(`${name}: ${command.join(' ')} failed; see above.`);
    },
  };
}
