/**
 * How long `mode: plan` takes on a pull request with 3,000 changed files, against the local GitHub: three runs of the shipped bundle as a
 * process. Its own time is that of its processor; the rest is the local GitHub's, which starts git for many an answer.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeScratchFolder } from '../../src/deliver/scratch-folder.ts';
import { Scene } from '../acceptance/scene.ts';

const FILES = 3_000;
const KINDS = ['txt', 'py', 'cu', 'h'];
const KERNEL = 'extern "C" void scale_forward(const float* x, float* y, int n, void* stream) {}\n';
const TELL_USAGE = `process.on('exit', () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  console.error('own seconds: ' + (userCPUTime + systemCPUTime) / 1e6);
});
`;

const files = Array.from({ length: FILES - 1 }, (_, index) => [
  `vendor/${index % 50}/file${index}.${KINDS[index % KINDS.length]}`,
  `// ${index}\n`,
]);
await using scratch = await makeScratchFolder('kernelwright-bench-');
await using scene = await Scene.open({ ...Object.fromEntries(files), 'kernels/scale.cu': KERNEL });
const preload = join(scratch.path, 'usage.cjs');
await writeFile(preload, TELL_USAGE);
for (let run = 1; run <= 3; run++) {
  const [began, before] = [performance.now(), scene.github.routes.length];
  const job = await scene.run({ inputs: { mode: 'plan' }, env: { NODE_OPTIONS: `--require ${preload}` } });
  if (job.outputs.groups !== '["0"]') throw new Error(`The plan is not as it should be:\n${job.log}`);
  const seconds = ((performance.now() - began) / 1000).toFixed(2);
  const own = /own seconds: (.*)/.exec(job.log)?.[1];
  console.log(`run ${run}: ${seconds} s, ${own} s of it its own; ${scene.github.routes.length - before} requests`);
}
