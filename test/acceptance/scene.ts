import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScratchFolder } from '../../src/deliver/scratch-folder.ts';
import { WRITE_ALL } from '../github/client.ts';
import type { Permissions } from '../github/permissions.ts';
import type { PullRequest } from '../github/pull-request.ts';
import type { Repository } from '../github/repository.ts';
import { type LocalGitHub, startGitHub } from '../github/server.ts';
import { pullRequestEvent } from '../github/webhook.ts';
import { type ModelServer, startModel } from '../model/model.ts';
import { type ActionResult, runAction } from './action-process.ts';

const SCALE = join(import.meta.dirname, 'scale');

export interface RunChanges {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly permissions?: Permissions;
  readonly payload?: unknown;
  readonly eventName?: string;
  readonly cancelAt?: RegExp;
}

/** A local GitHub with one small project (`y = 2 x`) and a pull request on it, a local model, and the action to run on them. */
export class Scene implements AsyncDisposable {
  readonly github: LocalGitHub;
  readonly model: ModelServer;
  readonly repository: Repository;
  readonly pull: PullRequest;
  readonly #workspaces: ScratchFolder[] = [];

  private constructor(github: LocalGitHub, model: ModelServer, repository: Repository, pull: PullRequest) {
    this.github = github;
    this.model = model;
    this.repository = repository;
    this.pull = pull;
  }

  /**
   * @param changed the files of the pull request; by default it changes the kernel
   * @param more files that the base has beside the project, or in place of its own
   * @param answers folder of the model's answers, as `startModel` takes it
   */
  static async open(
    changed?: Record<string, string>,
    more: Record<string, string> = {},
    answers = join(SCALE, 'answers'),
  ): Promise<Scene> {
    const github = await startGitHub({ openapi: true });
    const model = await startModel({ answers });
    const files: Record<string, string> = { 'README.md': '# Kernels\n' };
    for await (const path of glob(['.github/*.yml', 'kernels/*.cu'], { cwd: SCALE })) {
      files[path] = await readFile(join(SCALE, path), 'utf8');
    }
    const kernel = files['kernels/scale.cu'] ?? '';
    const before = { ...files, 'kernels/scale.cu': kernel.replace(/128/g, '64'), ...more };
    const repository = await github.createRepository({ owner: 'acme', name: 'kernels', private: true, files: before });
    const pull = await repository.openPullRequest({
      head: 'larger-blocks',
      title: 'Use blocks of 128 threads',
      files: changed ?? { 'kernels/scale.cu': kernel },
      author: 'mona',
    });
    return new Scene(github, model, repository, pull);
  }

  async run({
    inputs = {},
    env = {},
    permissions = WRITE_ALL,
    payload,
    eventName = 'pull_request',
    cancelAt,
  }: RunChanges = {}): Promise<ActionResult> {
    const result = await runAction({
      github: this.github,
      repository: this.repository.fullName,
      token: this.github.createToken({ kind: 'installation', permissions }),
      eventName,
      payload: payload ?? (await pullRequestEvent(this.repository, this.pull, 'synchronize')),
      inputs: { 'base-url': this.model.url, device: 'emulated', turns: '2', ...inputs },
      env,
      ...(cancelAt && { cancelAt }),
    });
    this.#workspaces.push(result.workspace);
    return result;
  }

  comments() {
    return this.repository.comments(this.pull.number);
  }

  /** What was asked to be changed on GitHub, as `METHOD template`, but for the check that every run begins and ends. */
  writes(): string[] {
    return this.github
      .writes()
      .map(({ method, template }) => `${method} ${template}`)
      .filter((route) => !route.includes('/check-runs'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.model.close();
    await this.github.close();
    await Promise.all(this.#workspaces.map((workspace) => workspace[Symbol.asyncDispose]()));
  }
}
