import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMENT_MARKER } from '../../src/report/comment.ts';
import { Scene } from './scene.ts';

const CREATE_COMMENT = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
const UPDATE_COMMENT = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}';

/** Otherwise a run that proves nothing is silent, and without a GPU none does. */
const ALWAYS = { comment: 'always' };

/** `dist/main.js` as a process, as GitHub's runner starts it. */
describe('the action on a pull request', () => {
  it('refines the changed kernel, posts one comment, and updates it in the next run', async () => {
    await using scene = await Scene.open();

    const first = await scene.run({ inputs: ALWAYS });
    expect(first.errors).toEqual([]);
    expect(first.exitCode).toBe(0);
    const [comment, ...more] = scene.comments();
    expect(more).toEqual([]);
    expect(comment?.body.startsWith(COMMENT_MARKER)).toBe(true);
    expect(comment?.body).toContain('No speedup is measured or claimed');
    expect(comment?.body).toContain('+  const int stride = gridDim.x * blockDim.x;');
    // While it went on, the comment said how far it was.
    expect(scene.writes()[0]).toBe(CREATE_COMMENT);
    expect(new Set(scene.writes().slice(1))).toEqual(new Set([UPDATE_COMMENT]));
    expect(scene.repository.checkRuns).toMatchObject([
      {
        name: 'Kernelwright',
        status: 'completed',
        conclusion: 'neutral',
        headSha: scene.pull.headSha,
        externalId: '4711',
      },
    ]);

    expect(first.outputs).toMatchObject({
      improved: 'false',
      'best-speedup': '',
      'comment-url': expect.stringContaining('#issuecomment-'),
    });
    const result = JSON.parse(first.outputs.result ?? '');
    expect(result.targets).toMatchObject([{ target: 'scale', verdict: 'not-proven', candidate: { turn: 2 } }]);
    expect(result.targets[0].turns).toMatchObject([{ verdict: 'build-failed' }, { verdict: 'not-proven' }]);
    expect(first.summary).toContain('scale');
    expect(await readFile(first.outputs['report-path'] ?? '', 'utf8')).toContain('scale');
    expect(await readFile(join(first.workspace.path, '.kernelwright/report/scale.patch'), 'utf8')).toContain(
      '+++ b/kernels/scale.cu',
    );

    // The second turn was told what became of the first.
    const [, second] = scene.model.requests();
    expect(second?.messages.at(-1)?.text).toMatch(/kernels\/scale\.cu.*error: .*count/);

    // A comment of an earlier run is brought up to date, without a word from anybody.
    const again = await scene.run({ inputs: { turns: '1' } });
    expect(again.exitCode).toBe(0);
    expect(scene.comments()).toHaveLength(1);
    expect(scene.writes().at(-1)).toBe(UPDATE_COMMENT);
    expect(scene.comments()[0]?.body).toContain('1 turn');
    expect(scene.github.violations).toEqual([]);
  });

  it('without a key tunes the numbers of the kernel, asks no model, and says so', async () => {
    await using scene = await Scene.open();
    const result = await scene.run({ inputs: { ...ALWAYS, 'base-url': '', turns: '1' } });
    expect(result.errors).toEqual([]);
    expect(result.exitCode).toBe(0);
    expect(result.log).toContain('No model is asked, because there is no key');
    expect(scene.model.requests()).toEqual([]);
    expect(scene.comments()).toHaveLength(1);
    expect(scene.comments()[0]?.body).toContain('<code>tuner</code>: 1 turn');
    const { targets, model, usage } = JSON.parse(result.outputs.result ?? '');
    expect({ model, usd: usage.usd }).toEqual({ model: 'tuner', usd: 0 });
    // The grid's quotient changes with the block that it counts, so other numbers are right, too.
    expect(targets[0].turns[0].tuned).toMatchObject({ tried: 5, correct: 5 });
    expect(targets[0]).not.toHaveProperty('candidate');
  });

  it.for([
    { name: 'no kernel changed', changed: { 'README.md': '# More\n' }, says: 'kernels/scale.cu did not change' },
    {
      name: 'the kernel was removed',
      changed: { 'kernels/scale.cu': null as unknown as string },
      says: 'kernels/scale.cu was removed',
    },
  ])('is silent when $name', async ({ changed, says }) => {
    await using scene = await Scene.open(changed);
    const result = await scene.run();
    expect(result).toMatchObject({ exitCode: 0, errors: [], summary: '', outputs: { improved: 'false' } });
    expect(result.log).toContain(says);
    expect(scene.writes()).toEqual([]);
    expect(scene.model.requests()).toEqual([]);
  });

  it('is silent when the base branch has no configuration, and for an event that starts nothing', async () => {
    await using scene = await Scene.open();
    const without = await scene.run({ inputs: { config: '.github/other.yml' } });
    expect(without).toMatchObject({ exitCode: 0, errors: [] });
    expect(without.log).toContain('main has no .github/other.yml');
    const push = await scene.run({ eventName: 'deployment' });
    expect(push).toMatchObject({ exitCode: 0, errors: [] });
    expect(scene.writes()).toEqual([]);
  });

  it('says what came of it when the model answers nonsense, and claims nothing', async () => {
    await using scene = await Scene.open();
    scene.model.faults.nonsense(2);
    const result = await scene.run();
    expect(result).toMatchObject({ exitCode: 0, errors: [], outputs: { improved: 'false' } });
    expect(JSON.parse(result.outputs.result ?? '').targets).toMatchObject([{ verdict: 'no-answer' }]);
    // Nothing was proven, and nobody asked.
    expect(scene.writes()).toEqual([]);
  });

  it('waits as the model asks after 429 and 529, and goes on', async () => {
    await using scene = await Scene.open();
    scene.model.faults.rateLimit(1);
    scene.model.faults.overloaded(1);
    const result = await scene.run({ inputs: { ...ALWAYS, turns: '1' } });
    expect(result).toMatchObject({ exitCode: 0, errors: [] });
    expect(scene.model.requests().map(({ status }) => status)).toEqual([429, 529, 200]);
    expect(scene.comments()).toHaveLength(1);
  });

  it('reports a kernel that fails its own check, and asks no model', async () => {
    await using scene = await Scene.open({
      'kernels/scale.cu': 'extern "C" void scale_forward(const float*, float*, int, void*) {}\n',
    });
    const result = await scene.run();
    expect(result).toMatchObject({ exitCode: 0, errors: [] });
    expect(scene.model.requests()).toEqual([]);
    expect(scene.comments()[0]?.body).toContain('fails its own check');
    expect(scene.comments()[0]?.body).toContain('scale: your code could not be measured.');
  });

  it('says in comment and check that the job was cancelled, and ends', async () => {
    await using scene = await Scene.open();
    const result = await scene.run({ inputs: ALWAYS, cancelAt: /turn 1 of 2, asking the model/ });
    expect(result.exitCode).toBe(130);
    expect(scene.comments()).toHaveLength(1);
    expect(scene.comments()[0]?.body).toMatch(/### Cancelled after[\s\S]*The job was cancelled\./);
    expect(scene.repository.checkRuns).toMatchObject([{ status: 'completed', conclusion: 'cancelled' }]);
    expect(scene.github.violations).toEqual([]);
  });
});
