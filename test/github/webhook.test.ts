import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalGitHub, startGitHub } from './server.ts';
import { pullRequestEvent } from './webhook.ts';

let github: LocalGitHub;

beforeAll(async () => {
  github = await startGitHub();
});
afterAll(() => github.close());

describe('the pull_request event', () => {
  it('says what was opened, where and by whom', async () => {
    const repository = await github.createRepository({ owner: 'ada', name: 'kernels', files: { a: '1\n' } });
    const pull = await repository.openPullRequest({ head: 'fast', files: { a: '2\n' }, title: 'Faster', body: 'B' });
    const event = await pullRequestEvent(repository, pull, 'opened');
    expect(event).toMatchObject({
      action: 'opened',
      number: 1,
      repository: { full_name: 'ada/kernels', default_branch: 'main', private: false, custom_properties: {} },
      sender: { login: 'ada', type: 'User' },
      pull_request: {
        number: 1,
        title: 'Faster',
        html_url: `${github.serverUrl}/ada/kernels/pull/1`,
        user: { login: 'ada' },
        head: { ref: 'fast', sha: pull.headSha, repo: { full_name: 'ada/kernels', fork: false } },
        base: { ref: 'main', sha: pull.baseSha, repo: { full_name: 'ada/kernels' } },
        changed_files: 1,
      },
    });
    expect(event).not.toHaveProperty('installation');
    expect(JSON.parse(JSON.stringify(event))).toEqual(event);
  });

  it('tells a fork from the repository, and a push from its head before', async () => {
    const repository = await github.createRepository({ owner: 'ada', name: 'forked', files: { a: '1\n' } });
    const pull = await repository.openPullRequest({ head: 'x', files: { a: '2\n' }, title: 'X', fork: 'bob' });
    const before = pull.headSha;
    const after = await repository.forks[0]?.commit({ branch: 'x', files: { a: '3\n' } });
    const options = { before, sender: 'carol', installation: 7 };
    const event = await pullRequestEvent(repository, pull, 'synchronize', options);
    expect(event).toMatchObject({
      action: 'synchronize',
      before,
      after,
      sender: { login: 'carol' },
      installation: { id: 7 },
    });
    expect(event.pull_request.head).toMatchObject({
      sha: after,
      label: 'bob:x',
      repo: { full_name: 'bob/forked', fork: true },
    });
    expect(event.pull_request.base.repo.full_name).toBe('ada/forked');
  });
});
