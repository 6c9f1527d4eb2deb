import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ScratchFolder } from '../../src/deliver/scratch-folder.ts';
import { WRITE_ALL } from '../github/client.ts';
import { issueCommentEvent } from '../github/comment-webhook.ts';
import type { IssueComment } from '../github/conversation.ts';
import type { ArmedFault, Fault } from '../github/faults.ts';
import type { Permissions, Role } from '../github/permissions.ts';
import type { PullRequest } from '../github/pull-request.ts';
import type { Repository } from '../github/repository.ts';
import type { LoggedRequest } from '../github/request-log.ts';
import { type LocalGitHub, startGitHub } from '../github/server.ts';
import { pullRequestEvent } from '../github/webhook.ts';
import { type ModelServer, startModel } from '../model/model.ts';
import { type ActionResult, runAction } from './action-process.ts';
import { writesBeforePermission } from './permission-first.ts';

const SCALE = join(import.meta.dirname, 'scale');
export const BOT = 'github-actions[bot]';

export interface RunChanges {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly permissions?: Permissions;
  readonly payload?: unknown;
  readonly eventName?: string;
  readonly cancelAt?: RegExp;
}

export interface SceneOptions {
  /** Of the pull request; by default it changes the kernel. */
  readonly changed?: Readonly<Record<string, string>>;
  /** Owner of the fork that the pull request comes from. */
  readonly fork?: string;
  /** Files that the base has beside the project, or in place of its own. */
  readonly more?: Readonly<Record<string, string>>;
  /** Folder of the model's answers, as `startModel` takes it. */
  readonly answers?: string;
}

/** Who writes a comment, `grace` unless told otherwise, and what they may do; `write` unless another role is given. */
export interface Saying extends RunChanges {
  readonly role?: Role;
  readonly login?: string;
  /** Of the pull request, where the event tells of another than there is by now. */
  readonly eventState?: 'open';
}

/** A request to this scene's repository, by its method and a glob below `/repos/OWNER/NAME`. */
export type RouteGlob = readonly [method: string, path: string];

let scenes = 0;

/** A local GitHub with one small project (`y = 2 x`) and a pull request on it, a local model, and the action to run on them. */
export class Scene implements AsyncDisposable {
  readonly github: LocalGitHub;
  readonly model: ModelServer;
  readonly repository: Repository;
  readonly pull: PullRequest;
  readonly #isShared: boolean;
  readonly #folders: ScratchFolder[] = [];
  readonly #faults: ArmedFault[] = [];

  private constructor(
    github: LocalGitHub,
    model: ModelServer,
    repository: Repository,
    pull: PullRequest,
    isShared: boolean,
  ) {
    this.github = github;
    this.model = model;
    this.repository = repository;
    this.pull = pull;
    this.#isShared = isShared;
  }

  /**
   * @param changed the files of the pull request; by default it changes the kernel
   * @param more files that the base has beside the project, or in place of its own
   * @param answers folder of the model's answers, as `startModel` takes it
   */
  static async open(
    changed?: Record<string, string>,
    more: Record<string, string> = {},
    answers?: string,
  ): Promise<Scene> {
    const options = { more, ...(changed && { changed }), ...(answers !== undefined && { answers }) };
    return Scene.#set(await startGitHub({ openapi: true }), options, false);
  }

  /** On a GitHub that other scenes use too, side by side: each has a repository of its own. */
  static openOn(github: LocalGitHub, options: SceneOptions = {}): Promise<Scene> {
    return Scene.#set(github, options, true);
  }

  static async #set(
    github: LocalGitHub,
    { changed, fork, more, answers }: SceneOptions,
    isShared: boolean,
  ): Promise<Scene> {
    const model = await startModel({ answers: answers ?? join(SCALE, 'answers') });
    const files: Record<string, string> = { 'README.md': '# Kernels\n' };
    for await (const path of glob(['.github/*.yml', 'kernels/*.cu'], { cwd: SCALE })) {
      files[path] = await readFile(join(SCALE, path), 'utf8');
    }
    const kernel = files['kernels/scale.cu'] ?? '';
    const before = { ...files, 'kernels/scale.cu': kernel.replace(/128/g, '64'), ...more };
    scenes += 1;
    const name = isShared ? `kernels-${scenes}` : 'kernels';
    const repository = await github.createRepository({ owner: 'acme', name, private: true, files: before });
    const pull = await repository.openPullRequest({
      head: 'larger-blocks',
      title: 'Use blocks of 128 threads',
      files: changed ?? { 'kernels/scale.cu': kernel },
      author: 'mona',
      ...(fork === undefined ? {} : { fork }),
    });
    return new Scene(github, model, repository, pull, isShared);
  }

  /** Whatever the run does, it writes nothing before a permission is proven; that is held here, for every test. */
  async run({
    inputs = {},
    env = {},
    permissions = WRITE_ALL,
    payload,
    eventName = 'pull_request',
    cancelAt,
  }: RunChanges = {}): Promise<ActionResult> {
    const event = payload ?? (await pullRequestEvent(this.repository, this.pull, 'synchronize'));
    const earlier = this.routes().length;
    const result = await runAction({
      github: this.github,
      repository: this.repository.fullName,
      token: this.github.createToken({ kind: 'installation', permissions }),
      eventName,
      payload: event,
      inputs: { 'base-url': this.model.url, device: 'emulated', turns: '2', ...inputs },
      env,
      ...(cancelAt && { cancelAt }),
    });
    this.#folders.push(result.workspace);
    const { repository } = this;
    const early = writesBeforePermission(this.routes().slice(earlier), {
      ...{ repository, eventName, payload: event, inputs },
    });
    expect(early, result.log).toEqual([]);
    expect(this.github.violations).toEqual([]);
    expect(this.#faults.filter(({ hits }) => hits === 0)).toEqual([]);
    return result;
  }

  /** What starts a run as things are now: a push to the pull request, or a comment of somebody who may write. */
  async event(command?: string): Promise<Required<Pick<RunChanges, 'eventName' | 'payload'>>> {
    if (command === undefined) {
      return { eventName: 'pull_request', payload: await pullRequestEvent(this.repository, this.pull, 'synchronize') };
    }
    this.repository.setRole('grace', 'write');
    const comment = this.repository.addComment(this.pull.number, 'grace', command);
    return { eventName: 'issue_comment', payload: issueCommentEvent(this.repository, comment, 'created') };
  }

  /** What somebody writes on the pull request, and what becomes of it. */
  async says(body: string, { role = 'write', login = 'grace', eventState, ...changes }: Saying = {}) {
    if (role !== 'none') this.repository.setRole(login, role);
    const comment = this.repository.addComment(this.pull.number, login, body);
    const event = issueCommentEvent(this.repository, comment, 'created');
    const payload = eventState === undefined ? event : { ...event, issue: { ...event.issue, state: eventState } };
    const result = await this.run({ eventName: 'issue_comment', payload, ...changes });
    return { result, comment, reactions: reactionsTo(comment) };
  }

  /** Makes requests to this repository fail; at least one has to, in the next run. */
  fail([method, path]: RouteGlob, fault: Fault): void {
    const glob = `/repos/${this.repository.fullName}${path}`;
    this.#faults.push(this.github.faults.add({ ...fault, method, path: glob }));
  }

  /** The workflow run 99 works on the present head, as its check says. */
  beginRun(): void {
    this.repository.workflowRuns.push({ id: 99, status: 'in_progress' });
    this.repository.checkRuns.push({
      ...{ id: 7, headSha: this.pull.headSha, annotations: [], name: 'Kernelwright' },
      ...{ status: 'in_progress', conclusion: null, startedAt: '2026-01-01T00:00:00Z', completedAt: null },
      ...{ externalId: '99', detailsUrl: 'https://ci/99', output: { title: null, summary: null, text: null } },
    });
  }

  /** The folder goes with the scene. */
  keep(folder: ScratchFolder): void {
    this.#folders.push(folder);
  }

  comments() {
    return this.repository.comments(this.pull.number);
  }

  /** The bodies of what Kernelwright wrote into the conversation. */
  answers(): readonly string[] {
    return this.comments().flatMap(({ user, body }) => (user.login === BOT ? [body] : []));
  }

  /** The same as people read it: without what keeps addresses and mentions from working, entities as what they stand for. */
  told(): readonly string[] {
    return this.answers().map((body) =>
      body.replaceAll('&#8203;', '').replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code))),
    );
  }

  /** Every request to the repository and its forks so far. */
  routes(): readonly LoggedRequest[] {
    const names = [this.repository, ...this.repository.forks].map(({ fullName }) => fullName);
    const roots = names.flatMap((name) => [`/repos/${name}`, `/${name}.git`]);
    return this.github.routes.filter(({ path }) => roots.some((root) => path === root || path.startsWith(`${root}/`)));
  }

  /** What was asked to be changed on GitHub, as `METHOD template`, but for the check that every run begins and ends. */
  writes(): string[] {
    return this.routes()
      .filter(({ write }) => write)
      .map(({ method, template }) => `${method} ${template}`)
      .filter((route) => !route.includes('/check-runs'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.model.close();
    if (!this.#isShared) await this.github.close();
    await Promise.all(this.#folders.map((folder) => folder[Symbol.asyncDispose]()));
  }
}

function reactionsTo({ reactions }: IssueComment): readonly string[] {
  return reactions.map(({ content }) => content);
}
